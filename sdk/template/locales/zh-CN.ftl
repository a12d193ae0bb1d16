setting-most_places = 每个时段最多名额

role-volunteer = 志愿者

record-slot = 时段
field-slot-label = 时间
field-slot-places = 名额
field-slot-volunteers = 志愿者
state-slot-open = 可报名
state-slot-full = 已满额
state-slot-over = 已结束

action-offer-slot = 公布时段
input-offer-slot-label = 时间
input-offer-slot-places = 名额
action-sign-up = 报名
action-end-slot = 结束

view-public-card = 志愿时段
view-staff-panel = 报名情况
label-open-slots = 可报名时段
label-full-slots = 已满额时段
indicator-slots-filled = 满额率

refusal-slot-full = 名额已满（{ $places } 名）。
refusal-signed-up-already = 您已报名。
refusal-too-many-places = 每个时段最多 { $most } 个名额。

notice-slot-filled-title = 时段已满额
notice-slot-filled = { $label } 已满额。
