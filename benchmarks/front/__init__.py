"""MobileNets of all widths and sizes, VGG-16 and InceptionV3, trained and measured in one table."""
