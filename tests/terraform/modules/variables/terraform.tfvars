given = "5"
plain = "from file"
