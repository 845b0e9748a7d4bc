resource "aws_iam_policy" "file" {
  policy = file("${path.module}/admin.json")
}
resource "aws_iam_policy" "template" {
  policy = templatefile("${path.module}/admin.json.tftpl", { actions = ["*"], resource = "*" })
}
resource "aws_iam_policy" "narrow_template" {
  policy = templatefile("${path.module}/admin.json.tftpl", { actions = ["s3:GetObject"], resource = "*" })
}
resource "aws_iam_policy" "loop" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for action in ["s3:GetObject", "*"] : { Effect = "Allow", Action = action, Resource = "*" }]
  })
}
locals {
  base = { Version = "2012-10-17" }
  rest = { Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }
}
resource "aws_iam_policy" "merged" {
  policy = jsonencode(merge(local.base, local.rest))
}
resource "aws_iam_policy" "heredoc" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }
      ]
    }
  EOT
}
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "one"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "admin" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  dynamic "statement" {
    for_each = ["*"]
    content {
      actions   = [statement.value]
      resources = ["*"]
    }
  }
}
resource "aws_iam_policy" "document" {
  policy = data.aws_iam_policy_document.admin.json
}
resource "aws_iam_policy" "narrow_document" {
  policy = data.aws_iam_policy_document.base.json
}
