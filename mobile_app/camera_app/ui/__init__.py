"""What the customer sees. Only `app`, `live_session`, `screens` and `widgets` import Kivy."""
