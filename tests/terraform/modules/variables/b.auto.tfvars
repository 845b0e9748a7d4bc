auto = ["b", 1]
