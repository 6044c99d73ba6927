"""The real ports: the only modules that touch the network, the OS keyring and the disk."""
