# From interest to agreement: due diligence, trades, public notice.
field-interest-trade = 本单位的行业类别
field-interest-trade-help = 按主营业务选择。烟草等法律禁止宣传的行业不能认领（慈善法第四十条）。
field-interest-state_owned = 本单位是不是国有企业或者国家参与经营、管理的企业？
field-interest-state_owned-help = 捐赠国有资产的，应当遵守国有资产管理的规定，签署前履行批准和备案程序（慈善法第四十三条）。
field-interest-own_products = 提供的物资是不是本单位的产品？
field-interest-own_products-help = 捐赠本企业产品的，依法承担产品质量责任和义务（慈善法第三十六条）。不提供物资的选“否”。
trades = 行业类别
trades-lead = 认领方按这份目录申报主营行业。标为“不予认领”的行业，企业表达意向时即被告知依据。起始目录供参考，请对照本地文件核改。
trade-column-title = 行业
trade-column-state = 能否认领
trade-column-basis = 依据
trade-column-do = 操作
trade-blocked = 不予认领
trade-allowed = 可以认领
trade-new = 增加行业
trade-edit = 修改
trade-lead = 修改只影响以后表达的意向。
trade-save = 保存
field-trade-key = 代号
field-trade-key-help = 小写英文字母、数字和连字符，如 tobacco。保存后不能再改。
field-trade-title = 行业名称
field-trade-blocked = 是否不予认领
field-trade-basis = 依据
field-trade-basis-help = 不予认领的，写明文件名称和条款。
event-trades-trade-set = 修改行业类别
machine-trades = 行业类别

diligence = 尽职核查
diligence-empty = 还没有核查记录
diligence-empty-text = 牵头单位自收到意向起十个工作日内核查。
diligence-column-topic = 核查事项
diligence-column-outcome = 结果
diligence-column-source = 查询途径与依据
diligence-column-on = 核查日期
diligence-topic-credit = 信用状况
diligence-topic-credit-help = 查询企业信用信息公示系统、失信被执行人和严重违法失信名单。
diligence-topic-related = 关联关系
diligence-topic-related-help = 核对认领方关于利害关系人的声明（慈善法第四十条）。
diligence-topic-trade = 行业类别
diligence-topic-trade-help = 核对登记的经营范围与申报的行业是否一致（慈善法第四十条）。
diligence-topic-goods = 物资
diligence-topic-goods-help = 物资应当具有使用价值，符合安全、卫生、环保等标准（慈善法第三十六条）。
diligence-topic-recipient = 资金接收单位
diligence-topic-recipient-help = 核对接收单位的资质证书在全部交付期内有效（慈善法第二十六条）。
diligence-topic-state-approval = 国有资产批准
diligence-topic-state-approval-help = 签署前须取得批准文件（慈善法第四十三条）。
diligence-outcome-clear = 未见异常
diligence-outcome-concern = 存在疑点
field-diligence-outcome = 结果
field-diligence-source = 查询途径
field-diligence-checked_on = 核查日期
field-diligence-certificate = 证书、批文编号
field-diligence-valid_until = 有效期至
field-diligence-note = 说明
diligence-certificate-goods = 本单位产品须填合格证明编号。
diligence-certificate-recipient = 慈善组织公开募捐资格证书等资质证书的编号。
diligence-certificate-state-approval = 批准文件的文号。
diligence-certificate = 编号：{ $number }
diligence-valid-until = 有效期至 { $day }
diligence-save = 只保存核查记录
diligence-stated-trade = 认领方申报的行业：{ $trade }。
diligence-fact-trade = 行业类别
diligence-fact-state-owned = 国有企业
diligence-fact-own-products = 提供本单位产品
known = 了解项目方
known-name = 名称
known-label = 资料性质
known-verified = 已核实
known-self-declared = 自行申报
known-introduction = 简介
known-proposals = 累计申报项目
known-completed = 已完成项目
notice-adoption-check-due = 《{ $project }》：{ $sponsor }的认领意向已满{ $days }个工作日，还没有核查
event-adoption-diligence-recorded = 保存核查记录
event-adoption-check-reminded = 核查期满，提醒牵头单位
refusal-trade-blocked = “{ $trade }”行业不能认领公益项目。依据：{ $basis }。
wayout-trade-blocked = 如果选错了行业，请改选主营行业；对目录有疑问的，请联系牵头单位。
refusal-no-findings = 还没有填写任何核查事项。
refusal-diligence-missing = 还没有核查：{ $topic ->
    [credit] 信用状况
    [related] 关联关系
    [trade] 行业类别
    [goods] 物资
    [recipient] 资金接收单位
   *[other] 国有资产批准
}。
wayout-diligence-missing = 请牵头单位补记这一项核查结果。
refusal-diligence-concern = 核查存在疑点，不能通过：{ $topic ->
    [credit] 信用状况
    [related] 关联关系
    [trade] 行业类别
    [goods] 物资
    [recipient] 资金接收单位
   *[other] 国有资产批准
}。
wayout-diligence-concern = 疑点排除后重新记录这一项；不能排除的，选择“不予接受”。
refusal-goods-certificate-missing = 提供本单位产品的，须有产品合格证明（慈善法第三十六条）。
wayout-goods-certificate-missing = 请填写合格证明编号。
refusal-goods-expire-early = 物资的有效期 { $until } 早于需用日期 { $needed }（慈善法第三十六条）。
wayout-goods-expire-early = 请与认领方商定更换，或者提前交付。
refusal-recipient-certificate-missing = 资金接收单位的资质证书编号和有效期没有填写（慈善法第二十六条）。
wayout-recipient-certificate-missing = 请补填证书编号和有效期。
refusal-recipient-certificate-short = 资金接收单位的资质证书 { $until } 到期，早于 { $needed } 的交付期限（慈善法第二十六条）。
wayout-recipient-certificate-short = 请接收单位换证后重新核查，或者更换接收单位。
refusal-state-approval-missing = 认领方是国有企业，须先取得批准文件，才能固定协议（慈善法第四十三条）。
wayout-state-approval-missing = 请认领方提供批准文件，在核查记录中登记文号。

step-adoption-in-notice = 公示
adoption-notice-hold = 中止公示
adoption-notice-hold-lead = 收到异议时使用。中止期间协议不生效，答复异议后恢复。
adoption-notice-hold-submit = 中止公示
adoption-notice-resume = 恢复公示
adoption-notice-resume-lead = 写明异议的处理结果。公示期已满的，恢复后协议随即生效。
adoption-notice-resume-submit = 恢复公示
next-adoption-in-notice = 各方已确认，正在公示。期满无异议，协议自动生效。
next-adoption-notice-held = 有人提出异议，公示中止：{ $reason }
next-adoption-objected = 公示期间有人提出异议，正在办理。异议办结前，协议不生效。
announced = 认领公示
announced-lead = 公示期内对认领方的利害关系、不当推广等有异议的，登录后点击“提出异议”。有异议的认领在办结前不生效，其他认领不受影响。
announced-anonymous = 一家爱心单位
announced-until = { $sponsor }认领：{ $lines }，公示至 { $until }
announced-held = { $sponsor }认领：{ $lines }，因有异议，公示中止
announced-objected = { $sponsor }认领：{ $lines }，公示至 { $until }，有异议正在办理
announced-answers = 认领公示异议办理情况
event-adoption-announce = 开始公示
event-adoption-notice-held = 公示中止
event-adoption-notice-resumed = 公示恢复
flash-notice-held = 公示已中止，已告知各方。
flash-notice-resumed = 公示已恢复。
notice-adoption-announced = 《{ $project }》的认领协议各方均已确认，公示至 { $until }，期满无异议即生效
notice-adoption-notice-held = 《{ $project }》的认领公示中止：{ $reason }
notice-adoption-notice-resumed = 《{ $project }》的认领公示恢复：{ $reason }
refusal-notice-held-already = 公示已经中止。
refusal-notice-not-held = 公示没有中止，不必恢复。

# Signing.
agreement-party-recipient = 接收单位（{ $name }）
agreement-code-send = 发送验证码
agreement-code = 验证码
agreement-code-help = 六位数字，发送到您本人账号的通知中，十分钟内有效，最多输入五次。
flash-code-sent = 验证码已发送到您的通知，请在十分钟内使用。
notice-signing-code = 《{ $project }》认领协议的签署验证码：{ $code }，{ $minutes } 分钟内有效。请勿告诉他人
agreement-text-recipient-party = 接收单位：{ $name }
agreement-text-gift = 法定约定：公益捐赠的效力
agreement-text-gift-body = 本协议属于公益性质的赠与，财产权利转移之前也不得任意撤销（民法典第六百五十八条、第六百六十条）；赠与人的经济状况显著恶化，严重影响其生产经营的，可以不再履行（民法典第六百六十六条）。
agreement-text-method = 签署方式
agreement-text-method-body = 各方约定：由各方授权的人以本人账号登录，阅读文本后输入发送至本人账号的一次性验证码，确认本文本的 SHA-256 指纹，即为签署，与签字、盖章具有同等效力（电子签名法第十三条）。
event-adoption-code-sent = 发送签署验证码
event-adoption-warning-read = 认领方阅读履约提示
refusal-code-missing = 请先发送验证码，再填写收到的六位数字。
wayout-code-missing = 验证码发送到您本人账号的通知中，十分钟内有效。
refusal-code-wrong = 验证码不对，还可以输入 { $left } 次。
wayout-code-wrong = 请核对通知中最近一次收到的验证码。
refusal-code-used-up = 这个验证码已经输入五次，不能再用。
wayout-code-used-up = 请重新发送验证码。
work-sign-as-recipient = 以接收单位确认认领协议

# Templates, the delivery plan, versions.
agreement-templates = 协议模板
agreement-templates-lead = 起草认领协议时选用的文本。起始模板供参考，请对照本地文件核改；修改后，起草中的协议随之更新，已固定的协议不受影响。
agreement-template-column-name = 名称
agreement-template-column-origin = 来源
agreement-template-column-state = 状态
agreement-template-column-do = 操作
agreement-template-own = 本单位
agreement-template-starter = 起始模板
agreement-template-in-use = 使用中
agreement-template-retired = 已停用
agreement-template-edit = 修改模板
agreement-template-new = 新增模板
agreement-template-retire = 停用
agreement-template-retire-title = 停用“{ $name }”？
agreement-template-retire-text = 停用后不能再用它固定协议，正在起草的协议须改选其他模板。已固定的协议不受影响。
agreement-template-restore = 恢复使用
agreement-template-save = 保存模板
agreement-template-preview = 预览
agreement-template-lead = 花括号中的项目由系统按每次认领填写。慈善法第三十九条要求的名称、种类、数量、质量、用途、交付时间都必须写到。
agreement-template-clauses = 履约提示、公益捐赠的效力和签署方式三条由系统附在每份协议末尾。
agreement-template-place-project = 项目名称
agreement-template-place-version = 第几版
agreement-template-place-sponsor = 认领方名称
agreement-template-place-sponsor_code = 认领方统一社会信用代码
agreement-template-place-team = 项目团队
agreement-template-place-recipients = 接收单位名称
agreement-template-place-office = 牵头单位
agreement-template-place-purpose = 用途
agreement-template-place-lines = 认领内容的种类与数量
agreement-template-place-quality = 质量
agreement-template-place-schedule = 交付时间与计划
agreement-template-place-recipient = 接收方式与接收人
agreement-template-place-publicity = 公开意愿
agreement-template-place-naming = 署名、冠名
agreement-template-place-surplus = 剩余财产的处理
field-template-name = 模板名称
field-template-body = 模板正文
field-template-key = 代号
field-template-key-help = 小写英文字母、数字和连字符，保存后不能再改。
field-adoption-template = 协议模板
agreement-text-recipient-team = 接收方：{ $name }
agreement-text-plan = { $title }：{ $day }交付 { $quantity } { $unit }
agreement-plan = 交付计划
agreement-plan-lead = 每项认领内容分几次交付、各在哪一天。各次数量相加应当等于认领数量。
agreement-plan-of-line = { $title }（{ $unit }）
agreement-plan-help = 每行写一次：先写日期（年-月-日），空一格，再写数量。共 { $n }，最迟 { $day }。
agreement-plan-save = 保存交付计划
agreement-versions = 历次文本
agreement-versions-lead = 每次退回修改都生成新一版。可以任选两版对照。
agreement-version-column-number = 版次
agreement-version-column-created = 起草时间
agreement-version-column-frozen = 固定时间
agreement-version-column-by = 固定人
agreement-version-column-term = 条款
agreement-version-column-before = 前一版
agreement-version-column-after = 后一版
agreement-version-empty = 还没有文本
agreement-version-draft = 草稿
agreement-version-from = 前一版
agreement-version-to = 后一版
agreement-version-compared = 第 { $from } 版与第 { $to } 版对照
agreement-version-changes = 条款差异
agreement-version-same = 两版条款相同
agreement-version-text = 全文对照
machine-agreement-templates = 协议模板
event-agreement-templates-template-saved = 保存协议模板
event-agreement-templates-template-retired = 停用协议模板
event-agreement-templates-template-restored = 恢复协议模板
event-adoption-plan-changed = 修改交付计划
refusal-agreement-template-retired = 所选的协议模板已经停用或者不存在。
wayout-agreement-template-retired = 请在草稿中改选使用中的模板。
refusal-template-incomplete = 模板没有写到{ $what ->
    [names] 各方名称
    [kind] 种类
    [quantity] 数量
    [quality] 质量
    [use] 用途
    [time] 交付时间
   *[other] 剩余财产的处理
}（慈善法第三十九条、第五十八条）。
wayout-template-incomplete = 请在正文中加入：{ $places }
refusal-plan-too-long = 交付计划最多分 { $most } 次。
refusal-plan-part-empty = “{ $line }”{ $on }的数量应当大于 0。
refusal-plan-part-past = “{ $line }”的交付日期 { $on } 已过。
refusal-plan-part-late = “{ $line }”的交付日期 { $on } 晚于需用日期 { $due }。
wayout-plan-part-late = 请提前交付日期；确需推迟的，先与项目团队协商。
refusal-plan-not-whole = “{ $line }”计划交付 { $planned } { $unit }，与认领的 { $agreed } { $unit } 不一致（慈善法第三十九条）。
wayout-plan-not-whole = 请修改交付计划，使各次数量相加等于认领数量。

# A sponsor's public page.
sponsor-lead = 按本单位同意公开的范围列出参与的项目。不公布资金数额，不排名。
sponsor-column-project = 项目
sponsor-column-line = 内容
sponsor-column-quantity = 数量
sponsor-column-state = 进展
sponsor-delivered = 已交付
sponsor-under-way = 履约中

# Sealed papers.
scans = 盖章扫描件
scan-lead = 不便使用验证码的，可以打印固定文本，加盖公章后扫描上传。牵头单位另一名经办人与固定文本核对无误后，视同这一方确认（电子签名法第三条）。
scan-empty = 还没有上传扫描件
scan-empty-text = 各方也可以直接用验证码确认。
scan-column-party = 签署方
scan-column-file = 扫描件
scan-column-state = 状态
scan-open = 下载查看
scan-waiting = 等待第二人核对
scan-accepted = 已核对
scan-refused = 退回：{ $reason }
scan-answer = 核对{ $party }的扫描件
scan-accept = 核对无误，视同确认
scan-accept-title = 接受{ $party }的盖章文本？
scan-accept-text = 请确认扫描件的版次、文字和公章，文本指纹应当与下面一致。
scan-refuse = 退回扫描件
scan-upload-heading = 上传盖章扫描件
scan-upload = 上传，请第二人核对
field-scan-signer = 签署方
field-scan-file = 扫描件
field-scan-file-help = PDF 或图片，须包含全文和盖章页。
field-scan-warned = 认领方的纸质文本载明履约提示，签署人已经阅读
flash-scan-uploaded = 扫描件已上传，等待牵头单位另一名经办人核对。
notice-scan-uploaded = 《{ $project }》的认领协议有盖章扫描件待核对
notice-scan-refused = 《{ $project }》的盖章扫描件被退回：{ $reason }
event-adoption-scan-uploaded = 上传盖章扫描件
event-adoption-scan-refused = 退回盖章扫描件
work-accept-scan = 核对盖章扫描件
refusal-scan-waits = 这一方已有扫描件等待核对。
wayout-scan-waits = 核对后再上传；上传有误的，请核对人退回。
refusal-scan-answered = 这份扫描件已经核对过。
refusal-scan-second-person = 上传人不能核对自己上传的扫描件，请另一名经办人办理（电子签名法第三条、第十三条）。
