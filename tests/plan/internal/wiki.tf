resource "aws_db_instance" "wiki" {
  identifier        = "wiki"
  engine            = "postgres"
  engine_version    = "16.4"
  instance_class    = "db.t3.medium"
  storage_encrypted = false
}
