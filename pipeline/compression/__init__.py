"""Training that makes a trained model smaller or fit for 8 bits."""
