# Organisations and roles in them.
refusal-own-organization = 不能由本单位的人核验本单位。
wayout-own-organization = 请由上级管理员或牵头单位核验。
refusal-already-verified = 这个单位已经核验过。
refusal-already-founded = 牵头单位已经建立。
refusal-organization-place = 这类单位不能登记在所选上级之下。
wayout-organization-place = 企业、队伍、接收单位登记在牵头单位、属地节点或枢纽组织之下。
refusal-credit-code-taken = 这个统一社会信用代码已有单位登记。
wayout-credit-code-taken = 请联系该单位的管理员邀请您加入。
refusal-role-place = 这类单位没有这个身份。
refusal-last-of-its-role = 这是该身份的最后一人，不能直接取消。
wayout-last-of-its-role = 请先授予另一人同样的身份。
refusal-organization-unverified = “{ $organization }”还没有通过核验，暂不能办理。
wayout-organization-unverified = 请等待属地管理员核验，或联系牵头单位。
notice-organization-verified = “{ $organization }”已通过核验，可以办理业务了。
notice-role-granted = 您在“{ $organization }”有了新的身份。
