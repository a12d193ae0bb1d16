# 复评。
second-round = 复评
second-round-lead = 从初评结果中选出进入复评的申报，由未参加初评的评审人再次评审，只能进行一次，须在路演之前。未选入的保留初评得分，与其他申报一并会商。
second-round-proposals = 进入复评的申报
second-round-proposals-help = 按初评得分排列。
second-round-weight = 复评所占比重（%）
second-round-weight-help = 总分 = 初评 ×（100 − 比重）% + 复评 × 比重%。
second-round-start = 开始复评
second-round-formula = 初评占 { $first }%，复评占 { $second }%
flash-second-round = 复评已开始，请分派评审人。
event-call-start-second-round = 开始复评
notice-second-round = “{ $title }”进入复评。
refusal-no-second-round-in-call = 这项征集的公告没有写明复评，不能加设。
wayout-no-second-round-in-call = 请直接会商；需要复评的，下次起草征集时在“办理方式”中选择。
refusal-second-round-once = 复评只能进行一次。
wayout-second-round-once = 请继续分派评审人，或者结束评审后会商。
refusal-roadshow-before-second-round = 路演名单已经确定，不能再进行复评。
refusal-not-in-second-round = 这项申报没有进入复评，不再分派评审人。
refusal-second-round-missing = 征集公告写明有复评，还没有进行，不能公布结果。
wayout-second-round-missing = 请先在会商页开始复评。
