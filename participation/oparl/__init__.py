"""Council papers for other programs, as OParl 1.1 describes them."""
