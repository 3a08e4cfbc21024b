"""What is public, for harvesters of other libraries: the Open Archives protocol, version 2.0."""
