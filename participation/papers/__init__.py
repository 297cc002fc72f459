"""Council papers, the committees that discuss them, what they decide, and the files that people download."""
