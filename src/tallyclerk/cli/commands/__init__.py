"""The commands, one module each; `command` in a module is its click command."""
