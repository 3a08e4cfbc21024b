"""What is new for somebody, told at the right moment: above all the digest, one mail a day at most."""
