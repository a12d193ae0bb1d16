# The public words of each lifecycle's states: state-<machine>-<state>.

machine-call = 征集
state-call-draft = 起草中
state-call-internal-review = 内部审核
state-call-previewed = 征集预告
state-call-open = 征集中
state-call-closed = 已截止
state-call-screening = 资格审查
state-call-reviewing = 评审中
state-call-deliberating = 会商中
state-call-public-notice = 公示中
state-call-concluded = 已结束
state-call-archived = 已归档
state-call-cancelled = 已取消
state-call-suspended = 已暂停

machine-proposal = 申报
state-proposal-draft = 草稿
state-proposal-submitted = 已提交
state-proposal-screening = 资格审查
state-proposal-returned-for-fix = 退回补正
state-proposal-ineligible = 不符合条件
state-proposal-eligible = 符合条件
state-proposal-under-review = 评审中
state-proposal-shortlisted = 入围
state-proposal-roadshow = 路演
state-proposal-decided-pending = 已议定待公布
state-proposal-in-notice = 公示中
state-proposal-approved = 已通过
state-proposal-pooled = 已入储备库
state-proposal-matched = 已匹配
state-proposal-converted = 已立项
state-proposal-not-selected = 未入选
state-proposal-withdrawn = 已撤回
state-proposal-merged-into = 已合并
state-proposal-expired = 已过有效期
state-proposal-disqualified = 已取消资格

machine-adoption = 认领
state-adoption-interested = 有意向
state-adoption-held = 名额保留中
state-adoption-agreement = 拟定协议
state-adoption-signing = 待各方确认
state-adoption-active = 履约中
state-adoption-delivered = 已交付
state-adoption-declined = 未达成
state-adoption-lapsed = 逾期失效
state-adoption-withdrawn = 已退出

machine-project = 项目
state-project-incubating = 筹备中
state-project-ready-check = 启动核验
state-project-ready = 可以启动
state-project-running = 实施中
state-project-paused = 暂停
state-project-midterm = 中期检查
state-project-rectifying = 整改中
state-project-suspended = 已叫停
state-project-closing = 结项中
state-project-accepted = 已验收
state-project-settled = 已结清
state-project-archived = 已归档
state-project-terminated = 已终止

machine-session = 场次
state-session-planned = 已安排
state-session-open = 进行中
state-session-closed = 已结束
state-session-verified = 已核实

machine-evaluation = 评价
state-evaluation-planned = 已安排
state-evaluation-self-evaluated = 已自评
state-evaluation-evidence-check = 证据核查
state-evaluation-site-visit = 现场走访
state-evaluation-survey = 满意度调查
state-evaluation-scored = 已评分
state-evaluation-in-notice = 公示中
state-evaluation-final = 已定级
state-evaluation-applied = 已应用

machine-job = 后台任务
state-job-waiting = 等待中
state-job-running = 运行中
state-job-done = 已完成
state-job-cancelled = 已取消
state-job-dead = 需人工处理
