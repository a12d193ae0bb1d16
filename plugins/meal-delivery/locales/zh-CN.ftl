# 设置
setting-confirm_by = 当日送达确认时间
setting-second_call_minutes = 再次提醒间隔
setting-unopened_in_a_row = 连续几次未开门即上报
setting-meals_each = 每名送餐员同时派送份数上限
setting-most_elders = 名单人数上限
setting-kitchen_licensed_until = 食堂食品经营许可有效期至

# 角色
role-dispatcher = 调度员
role-courier = 送餐员

# 老人
record-elder = 送餐对象
field-elder-number = 编号
field-elder-name = 姓名
field-elder-phone = 电话
field-elder-address = 住址
field-elder-contact_phone = 紧急联系人电话
field-elder-diet = 餐食要求
field-elder-courier = 当前送餐员
field-elder-unopened = 连续未开门次数
field-elder-leaving = 退出原因
state-elder-listed = 在册
state-elder-unreached = 待上门核实
state-elder-paused = 暂停送餐
state-elder-removed = 已退出
choice-diet-ordinary = 普通
choice-diet-soft = 软食
choice-diet-low_salt = 低盐
choice-diet-low_sugar = 低糖
choice-leaving-own_wish = 本人不再需要
choice-leaving-moved_away = 迁居
choice-leaving-other_help = 已由其他方式照料
choice-leaving-deceased = 去世

# 每日派送
record-round = 当日派送
field-round-date = 日期
field-round-meals = 份数
state-round-open = 派送中
state-round-closed = 已结束

# 餐
record-meal = 餐
field-meal-number = 编号
field-meal-round = 当日派送
field-meal-elder = 送餐对象
field-meal-date = 日期
field-meal-courier = 送餐员
field-meal-dispatched_at = 出发时间
field-meal-ended_at = 结束时间
field-meal-timing = 送达情况
field-meal-remark = 说明
state-meal-planned = 待派送
state-meal-dispatched = 派送中
state-meal-delivered = 已送达
state-meal-unopened = 未开门
state-meal-cancelled = 已取消
choice-timing-in_time = 按时
choice-timing-late = 逾时

# 异常
incident-elder-unreached = { $number } 号老人连续 { $times } 次未开门，须立即上门核实。

# 操作
action-list-elder = 登记送餐对象
input-list-elder-name = 姓名
input-list-elder-phone = 电话
input-list-elder-address = 住址
input-list-elder-contact_phone = 紧急联系人电话
input-list-elder-diet = 餐食要求
input-list-elder-consent = 本人单独同意为送餐使用以上信息
action-pause-elder = 暂停送餐
action-resume-elder = 恢复送餐
action-check-on-elder = 登记上门核实结果
input-check-on-elder-at_home = 在家且平安（住院或外出不勾选，转为暂停送餐）
action-remove-elder = 从名单中移除
input-remove-elder-leaving = 原因
action-plan-round = 安排当日派送
input-plan-round-date = 日期
action-close-round = 结束当日派送
action-dispatch = 派给送餐员
input-dispatch-courier = 送餐员
action-take-on = 领取派送
action-confirm-delivered = 确认送达
action-report-unopened = 报告未开门
input-report-unopened-knocked_and_called = 已敲门并拨打电话，均无人应答
input-report-unopened-remark = 说明（不写姓名和住址）
action-cancel-meal = 取消
input-cancel-meal-reason = 原因

# 视图与指标
view-public-card = 助餐到家
view-staff-panel = 今日派送
view-sponsor-panel = 派送情况
indicator-meals-in-time = 按时送达率
indicator-meals-delivered = 送达份数
indicator-doors-unopened = 未开门次数
label-meals-delivered = 累计送达
label-elders-listed = 在册老人
label-rounds-held = 派送天数
label-in-time = 按时送达率
label-none-yet = 暂无
label-no-round-today = 今天没有安排派送
label-delivered-today = 今日已送达
label-in-the-kitchen = 待派送
label-on-their-way = 派送中
label-doors-unopened = 未开门
label-open-meals = 尚未送达
label-no-open-meals = 今日的餐均已办结
label-meal = 餐
label-courier = 送餐员
label-state = 状态
label-since = 出发时间
label-unreached-alert = { $elders } 名老人连续未开门，尚未上门核实
label-late-alert = 已过约定时间，{ $meals } 份餐尚未确认送达
label-unreached = 待上门核实
label-nobody-unreached = 没有需要核实的老人
label-elder = 送餐对象
label-times-in-a-row = 连续未开门

# 不予办理的情形
refusal-consent-missing = 餐食要求属于敏感个人信息，须本人单独同意并勾选后才能登记。
refusal-list-full = 名单已满（{ $limit } 人）。请与主管办公室商定是否扩大。
refusal-too-late = { $date } 的送达时间已过，请安排以后的日期。
refusal-round-exists = { $date } 已安排派送，请在当日派送中办理。
refusal-nobody-listed = 名单中没有需要送餐的老人，请先登记。
refusal-licence-expired = 食堂的食品经营许可有效期至 { $until }，请由主管办公室核实后更新设置。
refusal-no-health-certificate = 此人没有有效的健康证明，不能送餐。请派给其他送餐员，或由主管办公室登记证明。
refusal-certificates-not-granted = 本项目未授权核对健康证明，不能指派。请由送餐员本人领取派送。
refusal-not-today = 这份餐的日期是 { $date }，只能在当天派送。
refusal-too-many-meals = 每名送餐员同时最多派送 { $limit } 份，请派给其他人。
refusal-who-carries = 没有可记录的送餐员，请由送餐员本人登录办理。
refusal-not-your-meal = 这份餐由其他送餐员派送，请由其本人或调度员办理。
refusal-elder-is-gone = 送餐对象的档案已不存在，请取消这份餐。
refusal-try-the-door-first = 请先敲门并拨打电话，均无人应答后再报告。
refusal-meals-still-open = 还有 { $meals } 份餐没有办结，请先确认送达、报告未开门或取消。
refusal-second-person-needed = 移出名单须由两名不同的工作人员确认。
refusal-elders-unreached = 还有 { $elders } 名老人待上门核实，请先登记核实结果。

# 通知
notice-meal-assigned-title = 有一份餐派给您
notice-meal-assigned = { $number }，请在 { $time } 前送达并确认。
notice-meal-reassigned-title = 一份餐已改派
notice-meal-reassigned = { $number } 已改由其他送餐员派送。
notice-meals-unconfirmed-title = 有餐未确认送达
notice-meals-unconfirmed = 已到 { $time }，还有 { $meals } 份餐未确认送达，请联系送餐员。
notice-meals-still-unconfirmed-title = 仍有餐未确认送达
notice-meals-still-unconfirmed = 逾时 { $minutes } 分钟，仍有 { $meals } 份餐未确认送达，请介入。
notice-door-unopened-title = 老人未开门
notice-door-unopened = { $number }：敲门、电话均无人应答，请联系紧急联系人。
notice-elder-unreached-title = 老人连续未开门
notice-elder-unreached = { $number } 号老人连续 { $times } 次未开门，请立即上门核实。
notice-meals-handed-back-title = 有餐需要改派
notice-meals-handed-back = 一名送餐员不能继续派送，{ $meals } 份餐需要改派。
