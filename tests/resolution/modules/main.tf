variable "office" {
  type = string
}

module "network" {
  source = "./network"
  stages = {
    test = { cidr = var.office, port = 22 }
    prod = { cidr = "10.0.0.0/8" }
  }
}

resource "aws_security_group" "of_output" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = module.network.networks
  }
}
