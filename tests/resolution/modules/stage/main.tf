variable "name" {}
variable "cidr" {}
variable "port" {}

resource "aws_security_group" "door" {
  name = "door-${var.name}"
  ingress {
    from_port   = var.port
    to_port     = var.port
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

output "cidr" {
  value = var.cidr
}
