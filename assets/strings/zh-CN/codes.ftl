### Words for the codes of the program: roles, programmes, categories, risks, states.

role-child-director = 儿童主任
role-child-supervisor = 儿童督导员
role-elder-care-specialist = 养老专员
role-social-worker = 社工
role-reviewer = 主管
role-county-officer = 区民政
role-administrator = 管理员
role-volunteer = 志愿者

category-orphan = 孤儿
category-de-facto-unsupported = 事实无人抚养
category-own-difficulty = 自身困境
category-family-difficulty = 家庭困境
category-guardianship-difficulty = 监护困境
category-safety-difficulty = 安全困境
category-temporary-difficulty = 临时困境
category-left-behind-child = 留守儿童
category-migrant-child = 流动儿童
category-living-alone = 独居
category-empty-nest = 空巢
category-left-behind-elder = 留守老人
category-disabled-elder = 失能
category-severely-handicapped = 重度残疾
category-special-family-planning = 计生特殊家庭
category-social-case = 社工个案

risk-high = 高风险
risk-medium = 中风险
risk-low = 低风险

sex-0 = 未知
sex-1 = 男
sex-2 = 女
sex-9 = 未说明

status-open = 在档
status-closed = 已销档

## What became of a visit
visit-state-draft = 未填完
visit-state-saved = 已存本机
visit-state-uploaded = 已上传
visit-state-approved = 已审核
visit-state-returned = 已退回
visit-state-changed = 审核后又改
visit-state-refused = 未被接收

## How a visit was made
visit-kind-regular = 入户
visit-kind-home = 入户
visit-kind-extra = 加访
visit-kind-phone = 电话
visit-kind-video = 视频
visit-kind-school = 学校
visit-kind-station = 社工站

## Fields of a file: field-<section>-<key>
field-identity-name = 姓名
field-identity-sex = 性别
field-identity-birth = 出生日期
field-identity-id-number = 身份证号
field-identity-ethnic = 民族
field-contact-phone = 电话
field-contact-address = 住址
field-household-name = 姓名
field-household-relation = 与本人关系
field-household-birth = 出生日期
field-household-phone = 电话
field-household-guardian = 是监护人
field-household-note = 备注
field-household-gone = 已不在家中
field-guardianship-grade = 监护评估
field-guardianship-words = 监护评估（县里的说法）
field-guardianship-carer = 实际照护人
field-guardianship-parents = 父母情况
field-categories-code = 类别
field-categories-since = 纳入日期
field-categories-reason = 纳入原因
field-categories-until = 退出日期
field-categories-reason-out = 退出原因
field-risk-level = 风险等级
field-risk-words = 风险等级（县里的说法）
field-risk-reason = 判定理由
field-risk-since = 判定日期
field-situation-health = 健康状况
field-situation-disability = 残疾类别
field-situation-disability-grade = 残疾等级
field-situation-certificate = 残疾证号
field-situation-schooling = 就学情况
field-plan-text = 帮扶计划
field-consent-basis = 依据
field-consent-by = 同意人
field-consent-on = 日期
field-charge-staff = 负责人
field-area-code = 所在村（社区）
field-status-state = 档案状态
field-status-reason = 销档原因

section-meta = 记录
section-identity = 基本情况
section-contact = 联系方式
section-household = 家庭成员
section-guardianship = 监护
section-categories = 类别
section-risk = 风险
section-situation = 健康和就学
section-plan = 帮扶计划
section-consent = 知情同意
section-charge = 负责人
section-area = 所在村（社区）
section-status = 档案状态
section-head = 走访
section-answers = 走访答案
section-decision = 审核
section-opening = 事项
section-assigned = 由谁办
section-moves = 进展
section-thread = 说明
section-links = 关联

relation-father = 父亲
relation-mother = 母亲
relation-grandparent = 祖父母（外祖父母）
relation-spouse = 配偶
relation-son = 儿子
relation-daughter = 女儿
relation-sibling = 兄弟姐妹
relation-grandchild = 孙子女
relation-relative = 其他亲属
relation-neighbour = 邻居
relation-other = 其他

guardianship-normal = 正常
guardianship-insufficient = 不足
guardianship-improper = 失当
guardianship-absent = 缺失

disability-sight = 视力
disability-hearing = 听力
disability-speech = 言语
disability-limbs = 肢体
disability-intellect = 智力
disability-mental = 精神
disability-multiple = 多重
disability-grade-1 = 一级
disability-grade-2 = 二级
disability-grade-3 = 三级
disability-grade-4 = 四级

consent-statutory-duty = 法定职责
consent-guardian-consent = 监护人同意
consent-own-consent = 本人同意
consent-withdrawn = 已撤回
