"""Pure rules of OParl 1.1: what the specification's text demands, objects built to it, and the check of both."""
