variable "open_ports" {
  default = [80, 22]
}
resource "aws_security_group" "dynamic" {
  dynamic "ingress" {
    for_each = var.open_ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
resource "aws_ebs_volume" "pair" {
  count             = 2
  availability_zone = "a"
  size              = 1
  encrypted         = count.index == 0
}
resource "aws_security_group" "halves" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
  }
}
resource "aws_security_group" "half" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/1"]
  }
}
resource "aws_security_group" "two" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
}
resource "aws_db_instance" "undeclared" {
  engine            = "mysql"
  storage_encrypted = var.nobody_declared_this
}
resource "aws_s3_bucket" "named" {
  bucket = "logs-of-acme"
}
resource "aws_s3_bucket_versioning" "named" {
  bucket = "logs-of-acme"
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket" "other" {
  bucket = "logs-of-others"
}
