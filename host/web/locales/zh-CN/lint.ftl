# What no public text or file may hold.
refusal-payment-code-file = 文件名含有“{ $found }”，疑为收款码。平台不收款，也不公布收款方式（慈善法第二十三条、第二十七条）。
wayout-payment-code-file = 请不要上传收款码。资金支持请选择“资金”类需求并指定接收单位。
