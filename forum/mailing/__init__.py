"""What became of mail: for the member who wonders, and for the operator who mends."""
