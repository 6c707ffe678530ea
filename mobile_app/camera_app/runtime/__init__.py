"""What runs on the phone: numpy, pillow and the standard library only."""
