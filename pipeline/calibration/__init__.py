"""What a captioner's confidences are worth: temperatures, thresholds, and a jewelry detector."""
