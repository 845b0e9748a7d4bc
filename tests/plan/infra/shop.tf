resource "aws_db_instance" "orders" {
  identifier          = "orders"
  engine              = "postgres"
  engine_version      = "16.4"
  instance_class      = "db.t3.medium"
  publicly_accessible = true
  storage_encrypted   = false
  multi_az            = true
}

resource "aws_security_group" "orders" {
  name = "orders"
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
    description = "database"
  }
}
