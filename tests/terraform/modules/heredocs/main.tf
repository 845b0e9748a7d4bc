locals {
  list = ["a", "b"]
  plain = <<EOT
  kept indentation
    deeper "quotes" \n not an escape
$${literal} %%{literal}
EOT
  stripped = <<-EOT
    first
      second

    third ${length(local.list)}
  EOT
  tabs = <<-EOT
	x
	  y
	EOT
  uneven = <<-EOT
      a
    b
   c
  EOT
  starts = <<-EOT
    ${local.list[0]} at the start
      x
    EOT
  loop = <<-EOT
    begin
    %{ for item in local.list ~}
    - ${item}
    %{ endfor ~}
    end
  EOT
  loop_untrimmed = <<-EOT
    begin
    %{ for item in local.list }
    - ${item}
    %{ endfor }
    end
  EOT
  condition = <<-EOT
    %{ if length(local.list) > 1 ~}
    many
    %{ else ~}
    few
    %{ endif ~}
    done
  EOT
  left = <<-EOT
    a
    %{~ if true }
    b
    %{~ endif }
    c
  EOT
  both = <<-EOT
    a   ${~ "x" ~}   b
      ${~ "y" }
    c
  EOT
  only = <<-EOT
    ${local.list[1]}
  EOT
  empty = <<-EOT
  EOT
  blank = <<-EOT

    a

  EOT
  nested = <<-EOT
    outer ${upper(<<-INNER
      inner
    INNER
    )} end
  EOT
}
output "all" {
  value = {
    plain = local.plain, stripped = local.stripped, tabs = local.tabs, uneven = local.uneven, starts = local.starts
    loop = local.loop, loop_untrimmed = local.loop_untrimmed, condition = local.condition, left = local.left
    both = local.both, only = local.only, empty = local.empty, blank = local.blank, nested = local.nested
  }
}
