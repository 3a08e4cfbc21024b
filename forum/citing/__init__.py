"""What can be cited, said in the formats of those who cite: pure, without a word of where it comes from."""
