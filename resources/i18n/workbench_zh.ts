<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Activation Workbench</source>
        <translation>白条激活工作台</translation>
    </message>
    <message>
        <source>Why an activation of a consumer-credit account failed, with proof, and what to do about it.</source>
        <translation>白条为什么激活失败：有依据的原因，和接下来该怎么做。</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Rules {version}</source>
        <translation>规则 {version}</translation>
    </message>
</context>
<context>
    <name>Acts</name>
    <message>
        <source>Edit…</source>
        <translation>修改…</translation>
    </message>
    <message>
        <source>Save changes</source>
        <translation>保存修改</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>认领</translation>
    </message>
    <message>
        <source>Give it to</source>
        <translation>交给</translation>
    </message>
    <message>
        <source>Why (optional)</source>
        <translation>说明（可不填）</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>指派…</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>指派</translation>
    </message>
    <message>
        <source>Still to do: {what}</source>
        <translation>还需：{what}</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>放回待处理</translation>
    </message>
    <message>
        <source>Start work</source>
        <translation>开始处理</translation>
    </message>
    <message>
        <source>Wait for the customer</source>
        <translation>等待客户</translation>
    </message>
    <message>
        <source>Escalate</source>
        <translation>升级</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>解决</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>结案</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>重开</translation>
    </message>
    <message>
        <source>Withdrawn by the customer</source>
        <translation>客户撤诉</translation>
    </message>
    <message>
        <source>Note (optional)</source>
        <translation>备注（可不填）</translation>
    </message>
    <message>
        <source>Approve the resolution…</source>
        <translation>审批处理结果…</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>How satisfied is the customer?</source>
        <translation>客户的满意度</translation>
    </message>
    <message>
        <source>In the customer&apos;s words (optional)</source>
        <translation>客户原话（可不填）</translation>
    </message>
    <message>
        <source>Satisfaction…</source>
        <translation>满意度…</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>The facts are not simple</source>
        <translation>情况复杂</translation>
    </message>
    <message>
        <source>More time is approved</source>
        <translation>批准延期</translation>
    </message>
    <message>
        <source>What lengthens the deadline</source>
        <translation>延长的依据</translation>
    </message>
    <message>
        <source>More time…</source>
        <translation>延长期限…</translation>
    </message>
    <message>
        <source>Lengthen the deadline</source>
        <translation>延长期限</translation>
    </message>
    <message>
        <source>What you hold true</source>
        <translation>您认为的原因</translation>
    </message>
    <message>
        <source>Not the right reason…</source>
        <translation>原因不对…</translation>
    </message>
    <message>
        <source>Tell QA</source>
        <translation>告知质检</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>要做什么</translation>
    </message>
    <message>
        <source>Remind me…</source>
        <translation>提醒我…</translation>
    </message>
    <message>
        <source>Remind me</source>
        <translation>提醒我</translation>
    </message>
    <message>
        <source>Number of the complaint that it becomes part of</source>
        <translation>并入哪件投诉（编号）</translation>
    </message>
    <message>
        <source>What the second complaint is about</source>
        <translation>拆出的投诉说什么</translation>
    </message>
    <message>
        <source>Merge into…</source>
        <translation>并入…</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>并入</translation>
    </message>
    <message>
        <source>Split off…</source>
        <translation>拆出…</translation>
    </message>
    <message>
        <source>Split off</source>
        <translation>拆出</translation>
    </message>
    <message>
        <source>Undo the merging with {number}</source>
        <translation>撤销与 {number} 的合并</translation>
    </message>
    <message>
        <source>Undo the splitting from {number}</source>
        <translation>撤销与 {number} 的拆分</translation>
    </message>
</context>
<context>
    <name>AgreementTable</name>
    <message>
        <source>Item</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>一致性 α</translation>
    </message>
    <message>
        <source>95 % range</source>
        <translation>95% 范围</translation>
    </message>
    <message>
        <source>Scored by two</source>
        <translation>双评数</translation>
    </message>
    <message>
        <source>Equal</source>
        <translation>完全相同</translation>
    </message>
    <message>
        <source>Which means</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总分</translation>
    </message>
</context>
<context>
    <name>Alternatives</name>
    <message>
        <source>Runner-up</source>
        <translation>其次</translation>
    </message>
    <message>
        <source>Further reasons</source>
        <translation>其他原因</translation>
    </message>
    <message>
        <source>Possible: a missing fact would settle it</source>
        <translation>可能的原因：缺少下列信息，尚不能确定</translation>
    </message>
    <message>
        <source>Ruled out</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>What would change it</source>
        <translation>什么会改变结果</translation>
    </message>
    <message>
        <source>Missing: {fields}</source>
        <translation>缺少：{fields}</translation>
    </message>
</context>
<context>
    <name>AskForm</name>
    <message>
        <source>Please fill in what is marked.</source>
        <translation>请填写标红的内容。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>AttemptTable</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>环节</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>错误码</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>渠道</translation>
    </message>
    <message>
        <source>Province</source>
        <translation>省份</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Attempt ID</source>
        <translation>申请编号</translation>
    </message>
</context>
<context>
    <name>BulkPanel</name>
    <message numerus="yes">
        <source>Changing %Ln complaint(s)…</source>
        <translation>
            <numerusform>正在修改 %Ln 件投诉…</numerusform>
        </translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>要做什么</translation>
    </message>
    <message>
        <source>Give them to</source>
        <translation>交给</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>为什么</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>指派</translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) chosen</source>
        <translation>
            <numerusform>已选 %Ln 件投诉</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Choose all %Ln of this list</source>
        <translation>
            <numerusform>选中列表的全部 %Ln 件</numerusform>
        </translation>
    </message>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Team leads change several complaints at once.</source>
        <translation>批量修改由组长进行。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln will change</source>
        <translation>
            <numerusform>%Ln 件会改变</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln will stay as they are:</source>
        <translation>
            <numerusform>%Ln 件保持不变：</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %Ln</source>
        <translation>
            <numerusform>修改 %Ln 件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) changed</source>
        <translation>
            <numerusform>已修改 %Ln 件投诉</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) put back</source>
        <translation>
            <numerusform>已恢复 %Ln 件投诉</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed since and left</source>
        <translation>
            <numerusform>%Ln 件此后又有改动，未恢复</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BusyLine</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel what is running</source>
        <translation>取消正在进行的操作</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>CalibrationPart</name>
    <message>
        <source>How far reviewers agree on calls that two or more of them scored: 1 is fully, 0 is as by chance. From 0.8 on agents may be compared, from 0.67 on it is a hint.</source>
        <translation>两人以上评过的通话上，评分者有多一致：1 为完全一致，0 等于碰运气。0.8 以上可以比较坐席，0.67 以上仅供参考。</translation>
    </message>
    <message numerus="yes">
        <source>{one} and {other}: %Ln score(s) in common, weighted kappa {kappa}</source>
        <translation>
            <numerusform>{one} 与 {other}：共同评分 %Ln 项，加权 kappa {kappa}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CallTable</name>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>坐席</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>My score</source>
        <translation>我的评分</translation>
    </message>
    <message>
        <source>Why risky</source>
        <translation>风险</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>接听时间</translation>
    </message>
    <message>
        <source>Reviewed by</source>
        <translation>已评</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待评</translation>
    </message>
</context>
<context>
    <name>CallbackDialog</name>
    <message>
        <source>Noted as called.</source>
        <translation>已登记回电。</translation>
    </message>
    <message>
        <source>Call back</source>
        <translation>回电</translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s) waited for what is fixed now</source>
        <translation>
            <numerusform>%Ln 位客户所等的问题已修复</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody is to be called.</source>
        <translation>没有待回电的客户。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>已回电</translation>
    </message>
</context>
<context>
    <name>CaseTable</name>
    <message>
        <source>Passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>Rule or cause</source>
        <translation>规则或原因</translation>
    </message>
    <message>
        <source>Should be</source>
        <translation>应为</translation>
    </message>
    <message>
        <source>Is</source>
        <translation>实为</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>申请</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>不通过</translation>
    </message>
</context>
<context>
    <name>CasesTab</name>
    <message>
        <source>Agents&apos; disagreements: {right} answered as they say, {wrong} otherwise</source>
        <translation>坐席异议：{right} 件与坐席一致，{wrong} 件不一致</translation>
    </message>
    <message>
        <source>No agent disagrees with a reason. A disagreement said on a complaint stands here, as a test for every later version.</source>
        <translation>没有坐席对原因提出异议。在投诉上提出的异议会列在这里，成为以后每个版本的用例。</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>用例</translation>
    </message>
    <message>
        <source>Agents&apos; disagreements</source>
        <translation>坐席异议</translation>
    </message>
    <message>
        <source>Agent is right</source>
        <translation>坐席对</translation>
    </message>
    <message>
        <source>Agent is wrong</source>
        <translation>坐席不对</translation>
    </message>
    <message>
        <source>Add to cases</source>
        <translation>加入用例</translation>
    </message>
    <message>
        <source>A test from now on that every release must pass</source>
        <translation>从此成为每个版本必须答对的用例</translation>
    </message>
    <message>
        <source>Write the accepted ones beside the pack, with masked facts</source>
        <translation>把已采纳的写入用例文件（事实已脱敏）</translation>
    </message>
    <message>
        <source>Enter opens the attempt&apos;s card</source>
        <translation>按 Enter 打开这次申请的原因卡</translation>
    </message>
</context>
<context>
    <name>CentreCard</name>
    <message>
        <source>Centre</source>
        <translation>中心库</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>postgresql://name@host/database</source>
        <translation>postgresql://用户名@主机/数据库</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Set up a centre…</source>
        <translation>建立中心…</translation>
    </message>
    <message>
        <source>For administrators: prepare a database for all desks</source>
        <translation>管理员：为各台机器准备一个数据库</translation>
    </message>
    <message>
        <source>Sync now</source>
        <translation>立即同步</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>断开</translation>
    </message>
    <message>
        <source>Work alone; what is here stays</source>
        <translation>单机使用；本机数据保留</translation>
    </message>
    <message>
        <source>This desk works alone. Connect it to share complaints with colleagues.</source>
        <translation>本机单独使用。连接中心库后可与同事共享投诉。</translation>
    </message>
    <message>
        <source>Connected as {name}</source>
        <translation>已连接，身份：{name}</translation>
    </message>
</context>
<context>
    <name>ChangeTable</name>
    <message>
        <source>Attempts</source>
        <translation>申请数</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>客户数</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Let go: {what}</source>
        <translation>取消：{what}</translation>
    </message>
    <message>
        <source>Clear (Esc)</source>
        <translation>清除（Esc）</translation>
    </message>
</context>
<context>
    <name>ClashBox</name>
    <message>
        <source>Yours</source>
        <translation>您填的</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>现有的</translation>
    </message>
    <message>
        <source>Use mine</source>
        <translation>用我的</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>保留现有的</translation>
    </message>
</context>
<context>
    <name>ClassifyForm</name>
    <message>
        <source>(choose)</source>
        <translation>（请选择）</translation>
    </message>
    <message>
        <source>(not said)</source>
        <translation>（不注明）</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>码表</translation>
    </message>
    <message>
        <source>Meaning, Chinese</source>
        <translation>中文含义</translation>
    </message>
    <message>
        <source>Meaning, English</source>
        <translation>英文含义</translation>
    </message>
    <message>
        <source>Failure?</source>
        <translation>是否失败</translation>
    </message>
    <message>
        <source>Symptom</source>
        <translation>表现形式</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>根本原因</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>处理人</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>怎样处理</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>may hear the meaning</source>
        <translation>可以告知含义</translation>
    </message>
    <message>
        <source>Leave this empty for lost, stolen, fraud, block lists, risk control and what only the back office may know: a customer then hears a general refusal.</source>
        <translation>挂失、被盗、欺诈、黑名单、风控以及只限后台知晓的内容，请不要勾选：客户只会听到笼统的未能办理。</translation>
    </message>
    <message>
        <source>Only where the code alone decides it; else leave it unsaid.</source>
        <translation>仅凭错误码就能确定时才填，否则不注明。</translation>
    </message>
    <message>
        <source>Use this scheme</source>
        <translation>改用此码表</translation>
    </message>
    <message>
        <source>Save for this site</source>
        <translation>为本机构保存</translation>
    </message>
    <message>
        <source>Save meaning</source>
        <translation>保存含义</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>(no source)</source>
        <translation>（未注明来源）</translation>
    </message>
    <message>
        <source>Your role does not include this.</source>
        <translation>您的角色不包含此操作。</translation>
    </message>
    <message>
        <source>These attempts name no source. Say first whose codes they are: a code means nothing without its scheme.</source>
        <translation>这些申请没有注明来源。请先指明是谁的错误码：不知道码表，错误码就没有意义。</translation>
    </message>
    <message>
        <source>Your row takes the place of the one that ships, here only.</source>
        <translation>本机构的行将替换随产品提供的行，只在本机构生效。</translation>
    </message>
    <message>
        <source>A message with it: {message}</source>
        <translation>随附提示之一：{message}</translation>
    </message>
</context>
<context>
    <name>Clocks</name>
    <message>
        <source>Deadline</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>Deadlines</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>Profile {version}, {length}</source>
        <translation>版本 {version}，{length}</translation>
    </message>
    <message>
        <source>The holidays of {years} are not published yet: weekends alone are skipped.</source>
        <translation>{years} 年的节假日安排尚未公布，暂只跳过周末。</translation>
    </message>
</context>
<context>
    <name>CodeActs</name>
    <message>
        <source>Import a code catalogue</source>
        <translation>导入错误码表</translation>
    </message>
    <message>
        <source>Catalogues (*.csv)</source>
        <translation>错误码表 (*.csv)</translation>
    </message>
    <message>
        <source>Catalogue to fill in</source>
        <translation>待填写的错误码表</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) to fill in: {file}</source>
        <translation>
            <numerusform>待填写 %Ln 行：{file}</numerusform>
        </translation>
    </message>
    <message>
        <source>{scheme} {code} has no meaning of this site any more.</source>
        <translation>{scheme} {code} 不再有本站的含义。</translation>
    </message>
    <message>
        <source>{scheme} {code} has a meaning now.</source>
        <translation>{scheme} {code} 已登记含义。</translation>
    </message>
</context>
<context>
    <name>CodeFacts</name>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>In the other language</source>
        <translation>英文</translation>
    </message>
    <message>
        <source>Failure?</source>
        <translation>是否失败</translation>
    </message>
    <message>
        <source>Symptom</source>
        <translation>表现形式</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>根本原因</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>处理人</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>怎样处理</translation>
    </message>
    <message>
        <source>Customer may hear</source>
        <translation>可对客户说</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>错误码</translation>
    </message>
    <message>
        <source>Only a general refusal: {said}</source>
        <translation>只说笼统的未能办理：{said}</translation>
    </message>
    <message>
        <source>The code alone does not decide it</source>
        <translation>仅凭错误码不能确定</translation>
    </message>
</context>
<context>
    <name>CodeList</name>
    <message numerus="yes">
        <source>No customer found, but %Ln code(s)</source>
        <translation>
            <numerusform>没有找到客户，找到 %Ln 个错误码</numerusform>
        </translation>
    </message>
    <message>
        <source>The same code means something else in another scheme: mind whose it is.</source>
        <translation>同一错误码在不同码表中含义不同，请看清是谁的错误码。</translation>
    </message>
</context>
<context>
    <name>CodeTable</name>
    <message>
        <source>Scheme</source>
        <translation>码表</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>错误码</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>Failure?</source>
        <translation>是否失败</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>根本原因</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>处理人</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>怎样处理</translation>
    </message>
    <message>
        <source>Customer may hear</source>
        <translation>可对客户说</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>CodesView</name>
    <message>
        <source>Counting codes…</source>
        <translation>正在统计错误码…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s) behind it</source>
        <translation>
            <numerusform>涉及的 %Ln 笔申请</numerusform>
        </translation>
    </message>
    <message>
        <source>newest {shown}</source>
        <translation>最新 {shown} 笔</translation>
    </message>
    <message>
        <source>Unmapped codes</source>
        <translation>待归类错误码</translation>
    </message>
    <message>
        <source>All codes</source>
        <translation>全部错误码</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Code, scheme or words</source>
        <translation>错误码、码表或文字</translation>
    </message>
    <message>
        <source>Search the catalogues</source>
        <translation>搜索错误码表</translation>
    </message>
    <message>
        <source>Search the catalogues (Ctrl+F)</source>
        <translation>搜索错误码表（Ctrl+F）</translation>
    </message>
    <message>
        <source>Import catalogue…</source>
        <translation>导入错误码表…</translation>
    </message>
    <message>
        <source>Catalogue to fill in…</source>
        <translation>生成待填写的表…</translation>
    </message>
    <message>
        <source>A CSV file with a row for each unmapped code</source>
        <translation>CSV 文件，每个待归类的错误码一行</translation>
    </message>
    <message>
        <source>Your role does not include this.</source>
        <translation>您的角色不包含此操作。</translation>
    </message>
    <message>
        <source>Change for this site…</source>
        <translation>为本机构修改…</translation>
    </message>
    <message>
        <source>Remove the site&apos;s row</source>
        <translation>删除本机构的行</translation>
    </message>
    <message>
        <source>No catalogue has such a code.</source>
        <translation>错误码表中没有。</translation>
    </message>
    <message>
        <source>Show all codes</source>
        <translation>显示全部错误码</translation>
    </message>
    <message>
        <source>Codes of failed and pending attempts that no catalogue knows stand here. All of them have a meaning.</source>
        <translation>失败和待定申请中没有登记含义的错误码会列在这里。目前全部已登记。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message numerus="yes">
        <source>%Ln code(s)</source>
        <translation>
            <numerusform>%Ln 个错误码</numerusform>
        </translation>
    </message>
    <message>
        <source>the {shown} most frequent of {total}</source>
        <translation>{total} 个中次数最多的 {shown} 个</translation>
    </message>
</context>
<context>
    <name>CommandBox</name>
    <message>
        <source>Look up “{term}”</source>
        <translation>查询“{term}”</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>On this page</source>
        <translation>当前页面</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 条申请</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComplaintDetail</name>
    <message>
        <source>{name}: was due {at}</source>
        <translation>{name}：已于 {at} 到期</translation>
    </message>
    <message>
        <source>{name}: due {at}</source>
        <translation>{name}：{at} 到期</translation>
    </message>
    <message>
        <source>Nothing has to be done before it is closed.</source>
        <translation>结案前没有必须完成的事项。</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>沟通</translation>
    </message>
    <message>
        <source>History</source>
        <translation>经过</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>清单</translation>
    </message>
    <message>
        <source>Deadlines</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>Parts of the complaint</source>
        <translation>投诉的各部分</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>All that can be done now (Ctrl+.)</source>
        <translation>现在可以做的全部操作 (Ctrl+.)</translation>
    </message>
    <message>
        <source>{number} is changed.</source>
        <translation>{number} 已更新。</translation>
    </message>
    <message>
        <source>{number} is as before.</source>
        <translation>{number} 已恢复原样。</translation>
    </message>
    <message>
        <source>{names} has this open as well</source>
        <translation>{names} 也正打开着这件投诉</translation>
    </message>
    <message>
        <source>Severity: {severity}</source>
        <translation>严重程度：{severity}</translation>
    </message>
</context>
<context>
    <name>ComplaintSheet</name>
    <message>
        <source>No customer chosen</source>
        <translation>未选择客户</translation>
    </message>
    <message>
        <source>Draft kept</source>
        <translation>草稿已保留</translation>
    </message>
    <message numerus="yes">
        <source>%Ln other draft(s)</source>
        <translation>
            <numerusform>另有 %Ln 份草稿</numerusform>
        </translation>
    </message>
    <message>
        <source>Log complaint</source>
        <translation>记录投诉</translation>
    </message>
    <message>
        <source>Hide; the draft is kept (Esc)</source>
        <translation>收起，草稿会保留（Esc）</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>What the customer says</source>
        <translation>客户的话</translation>
    </message>
    <message>
        <source>Demand</source>
        <translation>诉求</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>In the customer&apos;s own words, as far as heard</source>
        <translation>尽量照客户的原话记录</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>Please write what the customer says.</source>
        <translation>请填写客户陈述。</translation>
    </message>
    <message>
        <source>Please choose what the customer asks for.</source>
        <translation>请选择客户的诉求。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Throw this draft away</source>
        <translation>丢弃这份草稿</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save (Ctrl+Enter)</source>
        <translation>保存（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Show the complaint</source>
        <translation>查看投诉</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>More about it</source>
        <translation>更多情况</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Saved as {number}</source>
        <translation>已保存为 {number}</translation>
    </message>
    <message>
        <source>Added to {number}</source>
        <translation>已加入 {number}</translation>
    </message>
    <message>
        <source>Nothing typed yet</source>
        <translation>尚未填写</translation>
    </message>
</context>
<context>
    <name>ComplaintTable</name>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} 天 {hours} 时</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 时 {minutes} 分</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分</translation>
    </message>
    <message>
        <source>{time} over</source>
        <translation>超 {time}</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>根本原因</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>处理人</translation>
    </message>
    <message>
        <source>Demand</source>
        <translation>诉求</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>命中</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>ComplaintsPage</name>
    <message>
        <source>Number, words, attempt ID or name</source>
        <translation>编号、文字、申请编号或姓名</translation>
    </message>
    <message>
        <source>Search complaints</source>
        <translation>搜索投诉</translation>
    </message>
    <message>
        <source>Search complaints (Ctrl+F)</source>
        <translation>搜索投诉（Ctrl+F）</translation>
    </message>
    <message>
        <source>Filter by state</source>
        <translation>按状态筛选</translation>
    </message>
    <message>
        <source>Complaints</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>全部状态</translation>
    </message>
    <message>
        <source>Not settled</source>
        <translation>未结</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>已了结</translation>
    </message>
    <message>
        <source>Searching complaints…</source>
        <translation>正在查找投诉…</translation>
    </message>
    <message>
        <source>{time}: {words}</source>
        <translation>{time}：{words}</translation>
    </message>
    <message>
        <source>Open, and done</source>
        <translation>打开并标为完成</translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln 件投诉</numerusform>
        </translation>
    </message>
    <message>
        <source>No complaint matches the search and the state chosen.</source>
        <translation>没有符合搜索和所选状态的投诉。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Nothing here: all done.</source>
        <translation>这里没有待办。</translation>
    </message>
    <message>
        <source>Show all complaints</source>
        <translation>显示全部投诉</translation>
    </message>
    <message>
        <source>Complaints that you log stand here, newest first.</source>
        <translation>登记的投诉会列在这里，最新的在前。</translation>
    </message>
    <message>
        <source>Log a complaint</source>
        <translation>记录一件投诉</translation>
    </message>
    <message>
        <source>The view “{name}” is saved.</source>
        <translation>已保存视图“{name}”。</translation>
    </message>
    <message>
        <source>The view “{name}” is deleted.</source>
        <translation>已删除视图“{name}”。</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>程序出错了</translation>
    </message>
    <message>
        <source>Something went wrong in the workbench</source>
        <translation>工作台出错了</translation>
    </message>
    <message>
        <source>What you saved is safe. What you were typing is kept as a draft, and is offered again after a restart.</source>
        <translation>已保存的内容都在。正在填写的内容已留作草稿，重启后会再次提示。</translation>
    </message>
    <message>
        <source>Path of the report</source>
        <translation>报告的路径</translation>
    </message>
    <message>
        <source>A report without customers&apos; data was written. Please give it to support:</source>
        <translation>已写好一份不含客户资料的报告，请交给技术支持：</translation>
    </message>
    <message>
        <source>No report could be written: the disk may be full or protected.</source>
        <translation>报告没能写出：磁盘可能已满或被写保护。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续使用</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>重启</translation>
    </message>
    <message numerus="yes">
        <source>%Ln unfinished draft(s) kept</source>
        <translation>
            <numerusform>已保留 %Ln 份未完成的草稿</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CustodyCard</name>
    <message>
        <source>Kept data</source>
        <translation>数据保留</translation>
    </message>
    <message>
        <source>Keep attempts</source>
        <translation>申请保留</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>先不删</translation>
    </message>
    <message>
        <source>Give disk space back</source>
        <translation>收回磁盘空间</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1 个月</translation>
    </message>
    <message>
        <source>For ever</source>
        <translation>永久</translation>
    </message>
    <message>
        <source>Nothing is ever removed.</source>
        <translation>不删除任何数据。</translation>
    </message>
    <message>
        <source>Nothing is older than %1.</source>
        <translation>没有早于 %1 的数据。</translation>
    </message>
    <message>
        <source>Older than %1: %2 attempts, %3 customers of whom nothing else is known.</source>
        <translation>早于 %1：%2 笔申请，其中 %3 位客户此外没有别的记录。</translation>
    </message>
    <message>
        <source>Remove for good</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>Remove them…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>正在删除…</translation>
    </message>
    <message>
        <source>%1 attempts were removed.</source>
        <translation>已删除 %1 笔申请。</translation>
    </message>
    <message>
        <source>Giving space back…</source>
        <translation>正在收回空间…</translation>
    </message>
    <message>
        <source>The file went from %1 to %2.</source>
        <translation>文件由 %1 缩至 %2。</translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message numerus="yes">
        <source>%Ln failure(s)</source>
        <translation>
            <numerusform>%Ln 条失败</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 条申请</numerusform>
        </translation>
    </message>
    <message>
        <source>newest {shown} shown, more as you scroll</source>
        <translation>已显示最新 {shown} 条，向下滚动加载更多</translation>
    </message>
    <message>
        <source>the data have changed since the chart was drawn</source>
        <translation>图表画出之后数据有变化</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Close the list of attempts</source>
        <translation>关闭申请列表</translation>
    </message>
    <message>
        <source>Complaints of this cause</source>
        <translation>此原因的投诉</translation>
    </message>
</context>
<context>
    <name>EventDialog</name>
    <message>
        <source>Add an event</source>
        <translation>添加事件</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Only attempts with</source>
        <translation>只涉及的申请</translation>
    </message>
    <message>
        <source>Give the event a name.</source>
        <translation>请写明事件名称。</translation>
    </message>
    <message>
        <source>The end must be after the start.</source>
        <translation>结束必须晚于开始。</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>What the complaint is about</source>
        <translation>投诉内容</translation>
    </message>
    <message>
        <source>What the customer says</source>
        <translation>客户的话</translation>
    </message>
    <message>
        <source>Open the attempt&apos;s card</source>
        <translation>打开申请卡片</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Export attempts</source>
        <translation>导出申请记录</translation>
    </message>
    <message>
        <source>Exporting to {file}…</source>
        <translation>正在导出到 {file}…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.xlsx *.xls *.ods *.parquet *.json *.jsonl *.gz *.zip);;All files (*)</source>
        <translation>表格 (*.csv *.tsv *.txt *.xlsx *.xls *.ods *.parquet *.json *.jsonl *.gz *.zip);;所有文件 (*)</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s) exported to {file}</source>
        <translation>
            <numerusform>已导出 %Ln 条申请到 {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindingTable</name>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>程度</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>✖ grave</source>
        <translation>✖ 严重</translation>
    </message>
    <message>
        <source>▲ hint</source>
        <translation>▲ 提示</translation>
    </message>
</context>
<context>
    <name>FlipTable</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>由何决定</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>Open complaint</source>
        <translation>未结投诉</translation>
    </message>
    <message>
        <source>Attempt ID</source>
        <translation>申请编号</translation>
    </message>
</context>
<context>
    <name>FollowButton</name>
    <message>
        <source>Following is interrupted</source>
        <translation>跟踪中断</translation>
    </message>
    <message>
        <source>Not following</source>
        <translation>未在跟踪</translation>
    </message>
    <message>
        <source>Followed elsewhere</source>
        <translation>由别处跟踪</translation>
    </message>
    <message>
        <source>Following · nothing new yet</source>
        <translation>正在跟踪 · 暂无新数据</translation>
    </message>
    <message>
        <source>Following · last %1 · %2 new</source>
        <translation>正在跟踪 · 最近 %1 · 新增 %2 条</translation>
    </message>
    <message>
        <source>Stop: %1</source>
        <translation>停止：%1</translation>
    </message>
    <message>
        <source>Start: %1</source>
        <translation>开始：%1</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>FollowCard</name>
    <message>
        <source>Recognised</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Followed sources</source>
        <translation>跟踪的来源</translation>
    </message>
    <message>
        <source>New attempts are imported within seconds while the window is open: files put into a folder, rows added to a log, rows of a database table.</source>
        <translation>窗口打开期间，新的激活申请几秒内自动导入：放入文件夹的文件、日志中追加的行、数据库表中的新行。</translation>
    </message>
    <message>
        <source>Follow a folder…</source>
        <translation>跟踪文件夹…</translation>
    </message>
    <message>
        <source>Follow a table…</source>
        <translation>跟踪数据库表…</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列对应</translation>
    </message>
    <message>
        <source>How columns become fields</source>
        <translation>列如何对应到字段</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Table or view</source>
        <translation>表或视图</translation>
    </message>
    <message>
        <source>Growing column</source>
        <translation>递增的列</translation>
    </message>
    <message>
        <source>postgresql://user@host:5432/database</source>
        <translation>postgresql://用户@主机:5432/数据库</translation>
    </message>
    <message>
        <source>for example public.attempts</source>
        <translation>例如 public.attempts</translation>
    </message>
    <message>
        <source>for example updated_at</source>
        <translation>例如 updated_at</translation>
    </message>
    <message>
        <source>Without a password: that stands in ~/.pgpass or PGPASSWORD.</source>
        <translation>不写密码：密码放在 ~/.pgpass 或 PGPASSWORD 中。</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟踪</translation>
    </message>
    <message>
        <source>Follow a folder</source>
        <translation>跟踪文件夹</translation>
    </message>
</context>
<context>
    <name>ForecastTab</name>
    <message>
        <source>Days</source>
        <translation>天数</translation>
    </message>
    <message>
        <source>One person handles a day</source>
        <translation>每人每天处理</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Complaints to be expected stand here.</source>
        <translation>预计的投诉量列在这里。</translation>
    </message>
    <message numerus="yes">
        <source>Complaints a day: the line is the past, dashes and band what is to come; {total} in %Ln day(s)</source>
        <translation>
            <numerusform>每天投诉数：实线为过去，虚线和色带为预测；%Ln 天共 {total} 件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FormerAnswers</name>
    <message>
        <source>Answers of the desk</source>
        <translation>系统给过的答案</translation>
    </message>
    <message>
        <source>{when} (shown here)</source>
        <translation>{when}（正在显示）</translation>
    </message>
    <message>
        <source>rules {version}</source>
        <translation>规则 {version}</translation>
    </message>
    <message numerus="yes">
        <source>and %n earlier</source>
        <translation>
            <numerusform>还有更早的 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Show this answer, made again as it was</source>
        <translation>按当时的规则和输入重算并显示这个答案</translation>
    </message>
</context>
<context>
    <name>FormerBar</name>
    <message>
        <source>Back to the answer of now</source>
        <translation>回到现在的答案</translation>
    </message>
    <message>
        <source>A former answer: {when}</source>
        <translation>以前的答案：{when}</translation>
    </message>
</context>
<context>
    <name>GroupTable</name>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Group of failures</source>
        <translation>同类失败</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>近 30 天</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>客户</translation>
    </message>
    <message>
        <source>First – last</source>
        <translation>首次 – 最近</translation>
    </message>
    <message>
        <source>Highest day {most}, last day {last}</source>
        <translation>单日最高 {most}，最近一日 {last}</translation>
    </message>
</context>
<context>
    <name>GroupingTab</name>
    <message>
        <source>Counting what changes…</source>
        <translation>正在统计变化…</translation>
    </message>
    <message>
        <source>What was typed here before is back, not used yet.</source>
        <translation>上次写了还没启用的内容已恢复。</translation>
    </message>
    <message>
        <source>Failures are grouped anew.</source>
        <translation>已按新方式归组。</translation>
    </message>
    <message>
        <source>Failures are grouped by code, reason, step and version. Here a site tells them apart further, or less, for everybody. An issue keeps the group that most of its latest failures come to; the others leave it.</source>
        <translation>失败按代码、原因、步骤和版本归组。可在此再细分或合并，对所有人生效。问题保留其近期失败多数所在的分组，其余离开。</translation>
    </message>
    <message>
        <source>QA decides how failures are grouped; you can see it.</source>
        <translation>归组方式由质检决定，您可以查看。</translation>
    </message>
    <message>
        <source>Refinements of the grouping</source>
        <translation>归组细则</translation>
    </message>
    <message>
        <source>No refinement: the product&apos;s fingerprint alone.</source>
        <translation>没有细则：只按产品自带的指纹归组。</translation>
    </message>
    <message>
        <source>Insert an example</source>
        <translation>插入示例</translation>
    </message>
    <message>
        <source>Discard changes</source>
        <translation>放弃修改</translation>
    </message>
    <message>
        <source>Count what changes</source>
        <translation>统计变化</translation>
    </message>
    <message>
        <source>Nothing is changed yet (Ctrl+T)</source>
        <translation>此时不做任何改动（Ctrl+T）</translation>
    </message>
    <message>
        <source>Group so from now on</source>
        <translation>今后照此归组</translation>
    </message>
    <message>
        <source>For everybody; can be undone (Ctrl+S)</source>
        <translation>对所有人生效，可撤销（Ctrl+S）</translation>
    </message>
    <message>
        <source>Count what changes first</source>
        <translation>请先统计变化</translation>
    </message>
    <message>
        <source>Groups that change</source>
        <translation>有变化的分组</translation>
    </message>
    <message>
        <source>What a change would do to groups and issues is counted here first.</source>
        <translation>改动会怎样影响分组和问题，先在这里统计。</translation>
    </message>
    <message>
        <source>No group comes apart, and none come together.</source>
        <translation>没有分组被拆开，也没有合到一起的。</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败次数</translation>
    </message>
    <message>
        <source>Group now</source>
        <translation>现分组</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>变为</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Save the guide as PDF</source>
        <translation>将指引存为 PDF</translation>
    </message>
    <message>
        <source>Saved as {file}</source>
        <translation>已另存为 {file}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the guide as text</source>
        <translation>以文字复制这份指引</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Print the guide (Ctrl+P)</source>
        <translation>打印这份指引（Ctrl+P）</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存为 PDF…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Guide: {title}</source>
        <translation>指引：{title}</translation>
    </message>
</context>
<context>
    <name>Head</name>
    <message>
        <source>Activated</source>
        <translation>已激活成功</translation>
    </message>
    <message>
        <source>Result not known yet: query it first</source>
        <translation>结果待确认：先查询结果</translation>
    </message>
    <message>
        <source>This attempt succeeded: there is nothing to explain.</source>
        <translation>这次申请成功了，无需解释。</translation>
    </message>
    <message>
        <source>A pending or timed-out attempt is not a failure. Query its result before anything else is said or tried.</source>
        <translation>处理中或超时的申请不算失败。先查询结果，再答复客户或重试。</translation>
    </message>
    <message>
        <source>No rule explains this attempt. The cause is not known, and it is not guessed.</source>
        <translation>没有规则能解释这次申请。原因未知，不作猜测。</translation>
    </message>
    <message>
        <source>Reason code</source>
        <translation>原因代码</translation>
    </message>
    <message>
        <source>✘ Not for the customer</source>
        <translation>✘ 不得告知客户</translation>
    </message>
    <message>
        <source>Copy, reply and print give the general refusal only: no cause, code, score or model.</source>
        <translation>复制、回复和打印只给出笼统的答复，不含原因、代码、评分或模型。</translation>
    </message>
</context>
<context>
    <name>HintsPanel</name>
    <message>
        <source>While you type</source>
        <translation>边输入边提示</translation>
    </message>
    <message>
        <source>Sounds like: {symptom}</source>
        <translation>听起来像：{symptom}</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Incident “{name}” since {time}</source>
        <translation>故障“{name}”，自 {time}</translation>
    </message>
    <message>
        <source>same reason</source>
        <translation>同一原因</translation>
    </message>
    <message>
        <source>same customer</source>
        <translation>同一客户</translation>
    </message>
    <message>
        <source>Add to it</source>
        <translation>并入备注</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%Ln row(s) · {rate} rows/s</source>
        <translation>
            <numerusform>%Ln 行 · {rate} 行/秒</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancelled. The data are as they were before.</source>
        <translation>已取消，数据与之前一样。</translation>
    </message>
    <message>
        <source>The first rows do not tell whether the day or the month stands first. The whole file is asked; if it does not tell either, choose the order here.</source>
        <translation>前几行看不出日和月谁在前。导入时会看整个文件；仍看不出时，请在这里选择。</translation>
    </message>
    <message>
        <source>The saved mapping “{name}” is of the same columns.</source>
        <translation>已保存的列对应“{name}”与此文件的列相同。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Recognised automatically</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>The mapping is saved as “{name}”.</source>
        <translation>列对应已保存为“{name}”。</translation>
    </message>
    <message>
        <source>Save the mapping</source>
        <translation>保存列对应</translation>
    </message>
    <message>
        <source>A name for files of this kind:</source>
        <translation>给这类文件起个名字：</translation>
    </message>
    <message>
        <source>Events file</source>
        <translation>事件文件</translation>
    </message>
    <message>
        <source>Keep as extra: {name}</source>
        <translation>作为附加列保留：{name}</translation>
    </message>
    <message>
        <source>● chosen by you</source>
        <translation>● 您的选择</translation>
    </message>
    <message>
        <source>○ not a known field</source>
        <translation>○ 不是已知字段</translation>
    </message>
    <message>
        <source>by its name</source>
        <translation>按列名</translation>
    </message>
    <message>
        <source>by its values</source>
        <translation>按内容</translation>
    </message>
    <message>
        <source>from the saved mapping</source>
        <translation>来自已保存的对应</translation>
    </message>
    <message>
        <source>day/month/year</source>
        <translation>日/月/年</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>月/日/年</translation>
    </message>
    <message>
        <source>order of day and month open</source>
        <translation>日月先后待定</translation>
    </message>
    <message>
        <source>✔ sure, {why}</source>
        <translation>✔ 确定，{why}</translation>
    </message>
    <message>
        <source>? likely, {why}</source>
        <translation>? 很可能，{why}</translation>
    </message>
    <message>
        <source>? a guess, {why}</source>
        <translation>? 猜测，{why}</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message numerus="yes">
        <source>{file} and %Ln more file(s)</source>
        <translation>
            <numerusform>{file} 等，另有 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>The file holds</source>
        <translation>文件内容</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>the file&apos;s name</source>
        <translation>取文件名</translation>
    </message>
    <message>
        <source>The bureau whose scores these are: shown with every score as its source.</source>
        <translation>评分来自哪家机构，会作为来源随评分显示。</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Dates are</source>
        <translation>日期写法</translation>
    </message>
    <message>
        <source>told by the file</source>
        <translation>由文件判断</translation>
    </message>
    <message>
        <source>Column mapping</source>
        <translation>列对应</translation>
    </message>
    <message>
        <source>Save mapping…</source>
        <translation>保存列对应…</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>同期事件</translation>
    </message>
    <message>
        <source>{file} (remove)</source>
        <translation>{file}（移除）</translation>
    </message>
    <message>
        <source>Add an events file…</source>
        <translation>添加事件文件…</translation>
    </message>
    <message>
        <source>Campaigns, policies, model and app releases: they explain changes.</source>
        <translation>促销、政策、模型与 App 发布：用来解释变化。</translation>
    </message>
    <message>
        <source>Column in the file</source>
        <translation>文件中的列</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>Columns and their fields</source>
        <translation>列与字段的对应</translation>
    </message>
    <message>
        <source>First rows of the file</source>
        <translation>文件的前几行</translation>
    </message>
    <message>
        <source>First rows of the file (personal details are masked)</source>
        <translation>文件的前几行（个人信息已脱敏）</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message numerus="yes">
        <source>{known} of %Ln column(s) recognised</source>
        <translation>
            <numerusform>识别 {known} 列，共 %Ln 列</numerusform>
        </translation>
    </message>
    <message>
        <source>still needed: {fields}</source>
        <translation>还需要：{fields}</translation>
    </message>
</context>
<context>
    <name>IncidentsTab</name>
    <message>
        <source>Why? (may stay empty)</source>
        <translation>理由（可不填）</translation>
    </message>
    <message numerus="yes">
        <source>{cause}, {start} to {end}: %Ln failure(s), {usual} usual; band: what was expected</source>
        <translation>
            <numerusform>{cause}，{start} 至 {end}：失败 %Ln 次，平常 {usual}；色带为预期范围</numerusform>
        </translation>
    </message>
    <message>
        <source>Real</source>
        <translation>属实</translation>
    </message>
    <message>
        <source>False alarm</source>
        <translation>误报</translation>
    </message>
    <message>
        <source>Show the attempts</source>
        <translation>查看申请</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>图中显示</translation>
    </message>
    <message numerus="yes">
        <source>%Ln incident(s), {waiting} to be judged. The line: failures by the hour; the band: what was expected.</source>
        <translation>
            <numerusform>%Ln 起故障，{waiting} 起待判定。黑线：每小时失败数；色带：预期范围。</numerusform>
        </translation>
    </message>
    <message>
        <source>No incidents. Bursts and dips in failures stand here, found after six days of attempts.</source>
        <translation>没有故障。失败的突增与骤降会列在这里；需先有六天的申请数据。</translation>
    </message>
</context>
<context>
    <name>IssueDetail</name>
    <message>
        <source>The group in full</source>
        <translation>分组详情</translation>
    </message>
    <message>
        <source>Why they are one group</source>
        <translation>归组原因</translation>
    </message>
    <message>
        <source>Keep this one as evidence</source>
        <translation>把这一次存为证据</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>归组原因与证据</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Complaints {n}</source>
        <translation>投诉 {n}</translation>
    </message>
    <message>
        <source>Waiting {n}</source>
        <translation>等待 {n}</translation>
    </message>
    <message>
        <source>Failures, newest first</source>
        <translation>失败申请，新的在前</translation>
    </message>
    <message>
        <source>Complaints about its attempts</source>
        <translation>涉及这些申请的投诉</translation>
    </message>
    <message>
        <source>No complaint names one of its attempts.</source>
        <translation>没有涉及这些申请的投诉。</translation>
    </message>
    <message>
        <source>Customers who wait for the fix</source>
        <translation>等待修复的客户</translation>
    </message>
    <message>
        <source>called {at}</source>
        <translation>{at} 已回电</translation>
    </message>
    <message>
        <source>waits since {at}</source>
        <translation>{at} 起等待</translation>
    </message>
    <message>
        <source>Nobody waits. Agents note it at the reason card (Ctrl+I).</source>
        <translation>没有客户在等待。坐席可在原因卡片上登记（Ctrl+I）。</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>另有 %Ln 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Evidence, as it was frozen</source>
        <translation>证据（当时冻结）</translation>
    </message>
    <message>
        <source>Make it again</source>
        <translation>重算</translation>
    </message>
    <message>
        <source>Run the frozen rules on the frozen values and compare</source>
        <translation>用冻结的规则版本和冻结的输入重算，并比较</translation>
    </message>
    <message>
        <source>Attach a picture…</source>
        <translation>添加图片…</translation>
    </message>
    <message>
        <source>{attempt}, kept {at}, rules {rules}, fingerprint {grouping}</source>
        <translation>{attempt}，{at} 保存，规则 {rules}，指纹 {grouping}</translation>
    </message>
</context>
<context>
    <name>IssueSide</name>
    <message numerus="yes">
        <source>%Ln group(s) chosen</source>
        <translation>
            <numerusform>已选 %Ln 个分组</numerusform>
        </translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>QA and team leads handle issues; you can see them.</source>
        <translation>问题由质检和组长处理，您可以查看。</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Undo this</source>
        <translation>撤销这一条</translation>
    </message>
</context>
<context>
    <name>IssuesView</name>
    <message>
        <source>Grouping failures…</source>
        <translation>正在归组…</translation>
    </message>
    <message>
        <source>Taken back: {number}.</source>
        <translation>已撤销：{number}。</translation>
    </message>
    <message numerus="yes">
        <source>Taken back: %Ln issue(s).</source>
        <translation>
            <numerusform>已撤销 %Ln 个问题。</numerusform>
        </translation>
    </message>
    <message>
        <source>Attach a picture</source>
        <translation>添加图片</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>另存一份</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) written: {file}</source>
        <translation>
            <numerusform>已写出 %Ln 行：{file}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln issue(s) changed.</source>
        <translation>
            <numerusform>已更新 %Ln 个问题。</numerusform>
        </translation>
    </message>
    <message>
        <source>{number} is changed.</source>
        <translation>{number} 已更改。</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>Issues</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Of no issue yet</source>
        <translation>未建问题</translation>
    </message>
    <message>
        <source>Reopened</source>
        <translation>重新出现</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>已修复</translation>
    </message>
    <message>
        <source>Ignored</source>
        <translation>已忽略</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Which groups</source>
        <translation>显示哪些分组</translation>
    </message>
    <message>
        <source>Title, number, code, reason</source>
        <translation>标题、编号、代码、原因</translation>
    </message>
    <message>
        <source>Search groups and issues</source>
        <translation>搜索分组与问题</translation>
    </message>
    <message>
        <source>Search groups and issues (Ctrl+F)</source>
        <translation>搜索分组与问题（Ctrl+F）</translation>
    </message>
    <message>
        <source>Groups of failures</source>
        <translation>失败分组</translation>
    </message>
    <message>
        <source>Export groups and issues…</source>
        <translation>导出分组与问题…</translation>
    </message>
    <message>
        <source>Export groups and issues</source>
        <translation>导出分组与问题</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} / {all}</translation>
    </message>
    <message>
        <source>No group is like that.</source>
        <translation>没有符合的分组。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Failures are grouped here by what they have in common. There are none.</source>
        <translation>失败申请会按共同点在这里归组。目前没有失败。</translation>
    </message>
    <message>
        <source>Import attempts</source>
        <translation>导入申请</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>ItemRow</name>
    <message>
        <source> (0 fails the call)</source>
        <translation>（0 分则整通 0 分）</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>By what evidence? Words, when</source>
        <translation>依据：原话、时间点</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>依据</translation>
    </message>
</context>
<context>
    <name>KeyWords</name>
    <message>
        <source>Everywhere</source>
        <translation>任何位置</translation>
    </message>
    <message>
        <source>Lookup</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>In a list</source>
        <translation>列表中</translation>
    </message>
    <message>
        <source>With a complaint open</source>
        <translation>打开投诉时</translation>
    </message>
    <message>
        <source>While writing</source>
        <translation>填写时</translation>
    </message>
    <message>
        <source>In a guide</source>
        <translation>指引窗口</translation>
    </message>
    <message>
        <source>Go to {page}</source>
        <translation>前往“{page}”</translation>
    </message>
    <message>
        <source>Search box and all commands</source>
        <translation>搜索框与全部命令</translation>
    </message>
    <message>
        <source>Log a complaint from the attempt shown</source>
        <translation>就当前申请记录投诉</translation>
    </message>
    <message>
        <source>Go on with an unfinished draft</source>
        <translation>继续未完成的草稿</translation>
    </message>
    <message>
        <source>Customers to call back</source>
        <translation>需要回电的客户</translation>
    </message>
    <message>
        <source>The customer waits for the known issue&apos;s fix</source>
        <translation>客户等待该问题修复</translation>
    </message>
    <message>
        <source>Undo the last act</source>
        <translation>撤销上一步操作</translation>
    </message>
    <message>
        <source>Do what the message at the top offers</source>
        <translation>执行顶部消息提供的操作</translation>
    </message>
    <message>
        <source>Import files</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>Export attempts</source>
        <translation>导出申请记录</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>本列表</translation>
    </message>
    <message>
        <source>The next step of the tour</source>
        <translation>导览的下一步</translation>
    </message>
    <message>
        <source>The step of the tour before</source>
        <translation>导览的上一步</translation>
    </message>
    <message>
        <source>Leave the tour</source>
        <translation>离开导览</translation>
    </message>
    <message>
        <source>Copy what may be said to the customer</source>
        <translation>复制对客户说的话</translation>
    </message>
    <message>
        <source>Copy a whole reply to the customer</source>
        <translation>复制给客户的完整回复</translation>
    </message>
    <message>
        <source>Back to what was shown before</source>
        <translation>返回之前的内容</translation>
    </message>
    <message>
        <source>Search in the list</source>
        <translation>在列表中搜索</translation>
    </message>
    <message>
        <source>Open the selected row</source>
        <translation>打开所选行</translation>
    </message>
    <message>
        <source>Write about the complaint that is open</source>
        <translation>在打开的投诉下写备注或答复</translation>
    </message>
    <message>
        <source>All that can be done with the complaint</source>
        <translation>对这件投诉能做的全部操作</translation>
    </message>
    <message>
        <source>Go to what can be done next</source>
        <translation>跳到可进行的下一步</translation>
    </message>
    <message>
        <source>Save or send</source>
        <translation>保存或发送</translation>
    </message>
    <message>
        <source>Hide the sheet, dismiss a message, clear the search</source>
        <translation>收起侧栏、关闭消息、清空搜索</translation>
    </message>
    <message>
        <source>Print the guide</source>
        <translation>打印指引</translation>
    </message>
    <message>
        <source>Everything larger</source>
        <translation>界面放大</translation>
    </message>
    <message>
        <source>Everything smaller</source>
        <translation>界面缩小</translation>
    </message>
    <message>
        <source>Everything in its usual size</source>
        <translation>恢复原始大小</translation>
    </message>
    <message>
        <source>The manual, at what has the keyboard</source>
        <translation>打开手册中与当前位置有关的一节</translation>
    </message>
</context>
<context>
    <name>KeysCard</name>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>As they were shipped</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Press the keys</source>
        <translation>按下快捷键</translation>
    </message>
    <message>
        <source>{keys} types something: take it together with Ctrl or Alt.</source>
        <translation>{keys} 会输入字符：请与 Ctrl 或 Alt 一起使用。</translation>
    </message>
    <message>
        <source>a page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>{keys} is taken already: {act}.</source>
        <translation>{keys} 已被占用：{act}。</translation>
    </message>
</context>
<context>
    <name>KnownBar</name>
    <message>
        <source>Show the issue</source>
        <translation>查看问题</translation>
    </message>
    <message>
        <source>Waits for the fix ✔ (Ctrl+I)</source>
        <translation>已登记等待修复 ✔ (Ctrl+I)</translation>
    </message>
    <message>
        <source>Customer waits for the fix (Ctrl+I)</source>
        <translation>客户等待修复 (Ctrl+I)</translation>
    </message>
    <message>
        <source>Known issue {number}, {state}: {title}</source>
        <translation>已知问题 {number}，{state}：{title}</translation>
    </message>
</context>
<context>
    <name>LabelledTable</name>
    <message>
        <source>Agrees</source>
        <translation>一致</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>The agent says</source>
        <translation>坐席认为</translation>
    </message>
    <message>
        <source>This pack says</source>
        <translation>这份规则说</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>By</source>
        <translation>提出人</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>The attempt is not here any more.</source>
        <translation>这次申请已不在本机。</translation>
    </message>
</context>
<context>
    <name>LintTab</name>
    <message>
        <source>What is wrong</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>The pack cannot be read; the mark in the text says where.</source>
        <translation>规则无法读取；文本中的标记指出了位置。</translation>
    </message>
    <message>
        <source>Nothing found: no rule that is never or always true, shadowed or without texts, no value or unit that cannot be, no gap, no dead code.</source>
        <translation>没有发现问题：没有永不成立、恒成立、被遮盖或缺文案的规则，没有不可能的取值或单位，没有空档，没有失效的错误码。</translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message numerus="yes">
        <source>{name}: %Ln row(s) set aside in {file}</source>
        <translation>
            <numerusform>{name} 有 %Ln 行已搁置，见 {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LookupPage</name>
    <message>
        <source>The text for the customer is copied.</source>
        <translation>已复制对客户说的话。</translation>
    </message>
    <message>
        <source>The reply to the customer is copied.</source>
        <translation>给客户的回复已复制。</translation>
    </message>
    <message>
        <source>Looking up…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>Lookup</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Nobody and no attempt found.
Check the number for a slip, or try another one: phone, ID card, customer ID, attempt ID, or the name (in characters, pinyin or initials).</source>
        <translation>没有查到客户或申请。
请核对有无输错，或换一种方式：手机号、身份证号、用户 ID、申请编号，或姓名（汉字、拼音、拼音首字母都可以）。</translation>
    </message>
    <message>
        <source>Type a phone number, ID card, customer ID, attempt ID or name in the box above, and the reason stands here.</source>
        <translation>在上方输入手机号、身份证号、用户 ID、申请编号或姓名，这里就会显示失败原因。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s) match: which one?</source>
        <translation>
            <numerusform>有 %Ln 位客户符合，请选择：</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln customer(s) found</source>
        <translation>
            <numerusform>全部 %Ln 位客户</numerusform>
        </translation>
    </message>
    <message>
        <source>Back to the customers found (Alt+Left)</source>
        <translation>返回查到的客户（Alt+左方向键）</translation>
    </message>
    <message>
        <source>Attempts, newest first</source>
        <translation>申请记录，从新到旧</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 条申请</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>失败 %Ln 次</numerusform>
        </translation>
    </message>
    <message>
        <source>last {time}</source>
        <translation>最近 {time}</translation>
    </message>
    <message>
        <source>No known issue covers this attempt.</source>
        <translation>没有已知问题涉及这次申请。</translation>
    </message>
    <message>
        <source>The customer waits no more.</source>
        <translation>已取消等待登记。</translation>
    </message>
    <message>
        <source>Noted: you will be told to call once it is fixed.</source>
        <translation>已登记：修复后会提醒您回电。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>New here? A tour of five minutes shows what you do every day.</source>
        <translation>第一次使用？五分钟导览带您看完每天要做的事。</translation>
    </message>
    <message>
        <source>Take the tour</source>
        <translation>开始导览</translation>
    </message>
    <message numerus="yes">
        <source>%Ln unfinished draft(s) from last time</source>
        <translation>
            <numerusform>上次有 %Ln 份草稿没有写完</numerusform>
        </translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续填写</translation>
    </message>
    <message>
        <source>Activation Workbench</source>
        <translation>白条激活工作台</translation>
    </message>
    <message>
        <source>Lookup</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Complaints</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>QA</source>
        <translation>质检</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The data could not be opened.</source>
        <translation>数据没能打开。</translation>
    </message>
    <message>
        <source>Opening the data…</source>
        <translation>正在打开数据…</translation>
    </message>
    <message>
        <source>Size: {percent} %</source>
        <translation>大小：{percent}%</translation>
    </message>
    <message>
        <source>Still working</source>
        <translation>操作还在进行</translation>
    </message>
    <message>
        <source>An import or a save is still running. Quitting stops it, and the data stays as it was before. Quit?</source>
        <translation>导入或保存还没有结束。现在退出会停止操作，数据保持原样。要退出吗？</translation>
    </message>
    <message>
        <source>Looked up as soon as the data are open.</source>
        <translation>数据打开后立即查询。</translation>
    </message>
    <message>
        <source>Rules {version} are in use</source>
        <translation>已启用规则 {version}</translation>
    </message>
    <message>
        <source>Diagnosing by the rules in use…</source>
        <translation>正在按在用规则重新诊断…</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
</context>
<context>
    <name>ManualWindow</name>
    <message>
        <source>Manual</source>
        <translation>使用手册</translation>
    </message>
    <message>
        <source>Search the manual</source>
        <translation>搜索手册</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>章节</translation>
    </message>
    <message>
        <source>Text of the section</source>
        <translation>章节内容</translation>
    </message>
</context>
<context>
    <name>MarketTab</name>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>收到</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Complaints that name it: {name}</source>
        <translation>提到它的投诉：{name}</translation>
    </message>
    <message>
        <source>Left for: {name}</source>
        <translation>离开原因提到：{name}</translation>
    </message>
    <message>
        <source>No competitor was named in these periods. Who customers leave for stands here.</source>
        <translation>这些时段里没有提到竞品。客户转向谁，列在这里。</translation>
    </message>
    <message>
        <source>Most named: {name}, in {exits} and {complaints}.</source>
        <translation>提到最多：{name}，{exits}，{complaints}。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln reason(s) for leaving</source>
        <translation>
            <numerusform>离开原因 %Ln 次</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln 件投诉</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the attempts</source>
        <translation>查看申请</translation>
    </message>
    <message>
        <source>Policies: failure rate of those covered, before and since; beyond the change of all others</source>
        <translation>政策：所涉客户之前与之后的失败率，以及超出其他人变化的部分</translation>
    </message>
    <message>
        <source>Competitors</source>
        <translation>竞品</translation>
    </message>
    <message>
        <source>Complaints</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>政策</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Your role does not include this.</source>
        <translation>您的角色不包含此操作。</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>&amp;Log complaint</source>
        <translation>记录投诉(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Export attempts…</source>
        <translation>导出申请记录(&amp;E)…</translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation>退出登录(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Go to the &amp;search box</source>
        <translation>转到搜索框(&amp;S)</translation>
    </message>
    <message>
        <source>Five-minute &amp;tour</source>
        <translation>五分钟导览(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Back to the page before</source>
        <translation>返回上一页(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Unfinished drafts</source>
        <translation>未完成的草稿(&amp;U)</translation>
    </message>
    <message>
        <source>Un&amp;do the last act</source>
        <translation>撤销上一步(&amp;D)</translation>
    </message>
    <message>
        <source>Do what the &amp;message at the top offers</source>
        <translation>执行顶部消息的操作(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Customers to call back</source>
        <translation>待回电客户(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>使用手册(&amp;M)</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>&amp;Larger</source>
        <translation>放大(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Smaller</source>
        <translation>缩小(&amp;S)</translation>
    </message>
    <message>
        <source>Usual si&amp;ze</source>
        <translation>原始大小(&amp;Z)</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>MinePart</name>
    <message>
        <source>Reviews of calls that you took stand here, and you can answer them.</source>
        <translation>对您所接通话的评分显示在这里，您可以回应。</translation>
    </message>
</context>
<context>
    <name>ModelsTab</name>
    <message>
        <source>{model}: declines that look wrong</source>
        <translation>{model}：看起来不对的拒绝</translation>
    </message>
    <message>
        <source>No decisions of risk models. What each version declines stands here.</source>
        <translation>没有风控模型的审批结论。各版本拒绝了谁，列在这里。</translation>
    </message>
    <message>
        <source>No model is suspected. The newest: {model}.</source>
        <translation>没有疑似异常的模型。最新：{model}。</translation>
    </message>
    <message>
        <source>It is the newest.</source>
        <translation>它是当前最新的模型。</translation>
    </message>
    <message>
        <source>Not in use any more.</source>
        <translation>已不再使用。</translation>
    </message>
    <message>
        <source>Approved before only</source>
        <translation>只看曾通过的</translation>
    </message>
    <message>
        <source>Declines of customers whom a model had approved earlier</source>
        <translation>此前曾被模型通过的客户又被拒绝</translation>
    </message>
    <message>
        <source>Declines that look wrong</source>
        <translation>看起来不对的拒绝</translation>
    </message>
    <message>
        <source>Of customers with no weak figure and under no policy, for QA to look at</source>
        <translation>资质没有弱项、也不在政策范围内的客户，供质检核查</translation>
    </message>
    <message>
        <source>Export the list…</source>
        <translation>导出清单…</translation>
    </message>
    <message>
        <source>Risk models</source>
        <translation>风控模型</translation>
    </message>
    <message>
        <source>Groups of customers</source>
        <translation>客户群</translation>
    </message>
    <message>
        <source>Decline rate by</source>
        <translation>拒绝率，按</translation>
    </message>
</context>
<context>
    <name>More</name>
    <message>
        <source>Save this layout…</source>
        <translation>保存当前布局…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save this layout</source>
        <translation>保存当前布局</translation>
    </message>
    <message>
        <source>Name (the whole team sees it)</source>
        <translation>名称（全组可见）</translation>
    </message>
    <message>
        <source>The layout “{name}” is saved.</source>
        <translation>已保存布局“{name}”。</translation>
    </message>
    <message>
        <source>The layout “{name}” is deleted.</source>
        <translation>已删除布局“{name}”。</translation>
    </message>
    <message>
        <source>Remove this event</source>
        <translation>移除此事件</translation>
    </message>
    <message>
        <source>No events in this period</source>
        <translation>这段时间没有事件</translation>
    </message>
    <message>
        <source>Add an event…</source>
        <translation>添加事件…</translation>
    </message>
    <message>
        <source>Import a file of events…</source>
        <translation>导入事件文件…</translation>
    </message>
    <message>
        <source>The event “{name}” counts now.</source>
        <translation>事件“{name}”已计入。</translation>
    </message>
    <message>
        <source>The event “{name}” is removed.</source>
        <translation>事件“{name}”已移除。</translation>
    </message>
    <message>
        <source>Attempts are reckoned anew with this event…</source>
        <translation>正在按此事件重新计算申请…</translation>
    </message>
    <message>
        <source>Report (PDF, Excel, HTML)…</source>
        <translation>报告（PDF、Excel、HTML）…</translation>
    </message>
    <message>
        <source>Chart as a picture</source>
        <translation>图表存为图片</translation>
    </message>
    <message>
        <source>Attempts of these filters…</source>
        <translation>当前筛选的申请…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>已保存：{file}</translation>
    </message>
    <message>
        <source>Layouts</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>MoreFields</name>
    <message>
        <source>Several: separated by commas</source>
        <translation>多个用逗号分隔</translation>
    </message>
    <message>
        <source>Yuan</source>
        <translation>元</translation>
    </message>
    <message>
        <source>A payment of the customer could not be made</source>
        <translation>客户有付款因此没付成</translation>
    </message>
    <message>
        <source>Not said</source>
        <translation>未说明</translation>
    </message>
</context>
<context>
    <name>NewCentreDialog</name>
    <message>
        <source>Set up a centre</source>
        <translation>建立中心</translation>
    </message>
    <message>
        <source>Prepares an empty PostgreSQL database (version 15 or newer) for the complaints of all desks, makes you its administrator and connects this desk. Colleagues are admitted afterwards, and connect with their own names.</source>
        <translation>把一个空的 PostgreSQL 数据库（15 或更新版本）准备成各台机器共用的投诉中心，由您任管理员，并接入本机。之后再登记同事，由他们用自己的账号接入。</translation>
    </message>
    <message>
        <source>postgresql://owner@host/database</source>
        <translation>postgresql://owner@host/database</translation>
    </message>
    <message>
        <source>Database, with its owner&apos;s login</source>
        <translation>数据库（用其所有者的账号）</translation>
    </message>
    <message>
        <source>Owner&apos;s password</source>
        <translation>所有者的密码</translation>
    </message>
    <message>
        <source>Your login there</source>
        <translation>您在中心的登录名</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>您的姓名</translation>
    </message>
    <message>
        <source>Your password (8 characters or more)</source>
        <translation>您的密码（至少 8 个字符）</translation>
    </message>
    <message>
        <source>Your password again</source>
        <translation>再次输入您的密码</translation>
    </message>
    <message>
        <source>Set up and connect</source>
        <translation>建立并接入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Your password is too short.</source>
        <translation>密码太短。</translation>
    </message>
    <message>
        <source>The two passwords differ.</source>
        <translation>两次输入的密码不同。</translation>
    </message>
</context>
<context>
    <name>NextSteps</name>
    <message>
        <source>Log complaint (Ctrl+L)</source>
        <translation>记录投诉（Ctrl+L）</translation>
    </message>
    <message>
        <source>Next steps</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>处理方式</translation>
    </message>
    <message>
        <source>In whose hands</source>
        <translation>处理方</translation>
    </message>
    <message>
        <source>Next attempt from</source>
        <translation>最早再试</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Click to see.</source>
        <translation>点击查看。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message numerus="yes">
        <source>Past the deadline, and nobody has them: %Ln complaint(s)</source>
        <translation>
            <numerusform>已超期且无人负责：%Ln 件投诉</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Near the deadline, and nobody has them: %Ln complaint(s)</source>
        <translation>
            <numerusform>即将到期且无人负责：%Ln 件投诉</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The deadline of %Ln complaint(s) has passed</source>
        <translation>
            <numerusform>%Ln 件投诉已超过期限</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The deadline of %Ln complaint(s) is near</source>
        <translation>
            <numerusform>%Ln 件投诉即将到期</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s) waited for what is fixed now</source>
        <translation>
            <numerusform>%Ln 位客户所等的问题已修复</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln incident(s) to look at</source>
        <translation>
            <numerusform>%Ln 起故障待查看</numerusform>
        </translation>
    </message>
    <message>
        <source>Incident: {cause}</source>
        <translation>故障：{cause}</translation>
    </message>
</context>
<context>
    <name>NoticesCard</name>
    <message>
        <source>Set by the administrator of this computer</source>
        <translation>由本机管理员设定</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Deadlines that are near or have passed, incidents and customers to call back: in the system tray, or in this window where there is none. They name no customer, and wait while you type.</source>
        <translation>即将到期或已超期的投诉、故障和待回电客户：在系统托盘提醒，没有托盘时在本窗口内提醒。提醒不含任何客户信息；正在输入时会等待。</translation>
    </message>
    <message>
        <source>Tell me of what is urgent</source>
        <translation>提醒我紧急事项</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>免打扰时段</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Quiet hours begin</source>
        <translation>免打扰开始</translation>
    </message>
    <message>
        <source>Quiet hours end</source>
        <translation>免打扰结束</translation>
    </message>
</context>
<context>
    <name>Offers</name>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Make an issue…</source>
        <translation>建立问题…</translation>
    </message>
    <message>
        <source>Take up</source>
        <translation>开始处理</translation>
    </message>
    <message>
        <source>Fixed…</source>
        <translation>已修复…</translation>
    </message>
    <message>
        <source>In app version (empty: in all)</source>
        <translation>自应用版本（空：所有版本）</translation>
    </message>
    <message>
        <source>Fixed since</source>
        <translation>修复时间</translation>
    </message>
    <message>
        <source>Ignore…</source>
        <translation>忽略…</translation>
    </message>
    <message>
        <source>Not fixed…</source>
        <translation>未修复…</translation>
    </message>
    <message>
        <source>(nobody)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>修改…</translation>
    </message>
    <message>
        <source>Which part leaves</source>
        <translation>拆出哪部分</translation>
    </message>
    <message>
        <source>Title of the new issue</source>
        <translation>新问题的标题</translation>
    </message>
    <message>
        <source>Split…</source>
        <translation>拆分…</translation>
    </message>
    <message>
        <source>Complaint number</source>
        <translation>投诉单号</translation>
    </message>
    <message>
        <source>Link complaint…</source>
        <translation>关联投诉…</translation>
    </message>
    <message>
        <source>Which one stays</source>
        <translation>保留哪个</translation>
    </message>
    <message>
        <source>Merge into one issue…</source>
        <translation>合并为一个问题…</translation>
    </message>
    <message>
        <source>Ignore all of them…</source>
        <translation>全部忽略…</translation>
    </message>
    <message>
        <source>Why (optional)</source>
        <translation>原因（可选）</translation>
    </message>
    <message>
        <source>Until a day brings (empty: for good)</source>
        <translation>直到单日达到（空：一直忽略）</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
</context>
<context>
    <name>OwnReview</name>
    <message>
        <source>Your answer; it is added and not changed</source>
        <translation>您的回应；只能追加，不能修改</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回应</translation>
    </message>
</context>
<context>
    <name>Papers</name>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>No file yet. Attach one, drop it here or paste a picture (Ctrl+V), up to {most} MB.</source>
        <translation>还没有附件。可以添加、拖到这里，或粘贴图片 (Ctrl+V)，每个不超过 {most} MB。</translation>
    </message>
    <message>
        <source>Attach…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>{file}  ·  on its way</source>
        <translation>{file}  ·  正在取回</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>添加附件</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Saved as {file}</source>
        <translation>已另存为 {file}</translation>
    </message>
</context>
<context>
    <name>QaPage</name>
    <message>
        <source>QA</source>
        <translation>质检</translation>
    </message>
    <message>
        <source>Issues</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>错误码</translation>
    </message>
    <message>
        <source>Grouping</source>
        <translation>归组</translation>
    </message>
    <message>
        <source>Reviews of calls</source>
        <translation>通话质检</translation>
    </message>
</context>
<context>
    <name>QualityTab</name>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Quality of answers</source>
        <translation>答案质量</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>查看队列</translation>
    </message>
    <message numerus="yes">
        <source>%Ln code(s) that no catalogue knows</source>
        <translation>
            <numerusform>%Ln 个错误码没有码表收录</numerusform>
        </translation>
    </message>
    <message>
        <source>Counted</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>Right on the accepted disagreements, by version</source>
        <translation>已采纳异议上的准确率（按版本）</translation>
    </message>
    <message>
        <source>The version in use, by month of labelling</source>
        <translation>在用版本，按标注月份</translation>
    </message>
    <message>
        <source>{right} of {cases}</source>
        <translation>{cases} 件中 {right} 件</translation>
    </message>
    <message>
        <source>Undetermined, by month</source>
        <translation>未定占比（按月）</translation>
    </message>
    <message>
        <source>{some} of {whole}</source>
        <translation>{whole} 次中 {some} 次</translation>
    </message>
    <message>
        <source>Disputed by agents, by rule</source>
        <translation>坐席异议（按规则）</translation>
    </message>
    <message>
        <source>Disputed by agents, by month</source>
        <translation>坐席异议（按月）</translation>
    </message>
    <message>
        <source>{disagreed} of {complaints}, {accepted} accepted</source>
        <translation>{complaints} 件中 {disagreed} 件，采纳 {accepted}</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>暂无</translation>
    </message>
</context>
<context>
    <name>Queues</name>
    <message>
        <source>Not settled</source>
        <translation>未结</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>My drafts</source>
        <translation>我的草稿</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>保存的视图</translation>
    </message>
    <message>
        <source>Many customers, one reason</source>
        <translation>多人同因</translation>
    </message>
    <message>
        <source>Work queues</source>
        <translation>工作队列</translation>
    </message>
    <message>
        <source>Save this view as…</source>
        <translation>把当前列表存为视图…</translation>
    </message>
    <message>
        <source>Name for the view</source>
        <translation>视图名称</translation>
    </message>
    <message>
        <source>Queue, words, state and order under a name (Delete forgets)</source>
        <translation>把队列、搜索词、状态和排序存为一个名称（Delete 键删除）</translation>
    </message>
    <message>
        <source>{customers}, {complaints}</source>
        <translation>{customers}，{complaints}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s)</source>
        <translation>
            <numerusform>%Ln 位客户</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s)</source>
        <translation>
            <numerusform>%Ln 件未结投诉</numerusform>
        </translation>
    </message>
    <message>
        <source>Group complaint: {text}</source>
        <translation>群体投诉：{text}</translation>
    </message>
</context>
<context>
    <name>ReasonCard</name>
    <message>
        <source>Reason and proof</source>
        <translation>原因与依据</translation>
    </message>
    <message>
        <source>What to say and do</source>
        <translation>对客户说与下一步</translation>
    </message>
    <message>
        <source>Reason card</source>
        <translation>原因卡</translation>
    </message>
    <message>
        <source>The reason of the attempt chosen on the left stands here.</source>
        <translation>这里显示左侧所选申请的原因。</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Rules {version}</source>
        <translation>规则 {version}</translation>
    </message>
</context>
<context>
    <name>ReleaseTable</name>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>作者</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>开始于</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>{state}, in use</source>
        <translation>{state}，在用</translation>
    </message>
</context>
<context>
    <name>ReleasesTab</name>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Into the shadow</source>
        <translation>进入影子</translation>
    </message>
    <message>
        <source>Differences so far</source>
        <translation>查看影子差异</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Runs beside the pack in use and changes no answer</source>
        <translation>与在用规则同时判断，不改变答案</translation>
    </message>
    <message>
        <source>What it said otherwise since it is in the shadow</source>
        <translation>进入影子以来与在用规则不同的结论</translation>
    </message>
    <message>
        <source>As a second person</source>
        <translation>须由作者以外的人批准</translation>
    </message>
    <message>
        <source>In use here at once, at every other desk after its next sync</source>
        <translation>本机立即启用，其他工作台下次同步后启用</translation>
    </message>
    <message>
        <source>The version before is in use again, everywhere</source>
        <translation>各处恢复上一个版本</translation>
    </message>
    <message>
        <source>Give it up</source>
        <translation>放弃这个版本</translation>
    </message>
    <message>
        <source>In use: {version}, which came with the program. Change the text and save it: the draft goes its way to every desk from here.</source>
        <translation>在用：随程序提供的 {version}。修改文本并保存，草稿从这里一步步走到每个工作台。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Enter opens the version&apos;s text</source>
        <translation>按 Enter 打开这个版本的文本</translation>
    </message>
    <message>
        <source>{who} began it {at}</source>
        <translation>{who} 于 {at} 起草</translation>
    </message>
    <message>
        <source>in the shadow since {at}</source>
        <translation>{at} 进入影子</translation>
    </message>
    <message>
        <source>{who} approved {at}</source>
        <translation>{who} 于 {at} 批准</translation>
    </message>
    <message>
        <source>{who} published {at}</source>
        <translation>{who} 于 {at} 发布</translation>
    </message>
    <message>
        <source>{who} withdrew it {at}</source>
        <translation>{who} 于 {at} 撤回</translation>
    </message>
    <message>
        <source>a second person approves it</source>
        <translation>须由另一个人批准</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Catalogue imported</source>
        <translation>错误码表已导入</translation>
    </message>
    <message numerus="yes">
        <source>Read %Ln row(s): {taken} taken, {aside} set aside.</source>
        <translation>
            <numerusform>读取 %Ln 行：收下 {taken} 行，搁置 {aside} 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Rows set aside, and why</source>
        <translation>搁置的行及原因</translation>
    </message>
    <message>
        <source>All of them, with their reasons: {file}</source>
        <translation>全部搁置的行及原因：{file}</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
</context>
<context>
    <name>ResultTable</name>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>坐席</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均分</translation>
    </message>
    <message>
        <source>Reviews</source>
        <translation>评分数</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>通话数</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>一票否决</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>有回应</translation>
    </message>
    <message>
        <source>Weakest</source>
        <translation>最弱项</translation>
    </message>
</context>
<context>
    <name>ResultsPart</name>
    <message>
        <source>by {what}</source>
        <translation>按{what}</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>汇总方式</translation>
    </message>
    <message>
        <source>Lowest first. Look at calibration before you compare people.</source>
        <translation>低的在前。比较坐席之前，请先看校准。</translation>
    </message>
    <message>
        <source>Results of reviews stand here once calls have been scored.</source>
        <translation>评分之后，结果显示在这里。</translation>
    </message>
</context>
<context>
    <name>ReviewsTab</name>
    <message>
        <source>To review</source>
        <translation>待评</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>My calls</source>
        <translation>我的通话</translation>
    </message>
</context>
<context>
    <name>Rounds</name>
    <message>
        <source>Local only</source>
        <translation>仅在本机</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Not accepted</source>
        <translation>未被接受</translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting to be sent</source>
        <translation>
            <numerusform>%Ln 项待发送</numerusform>
        </translation>
    </message>
    <message>
        <source>All sent {time}</source>
        <translation>已全部发送 {time}</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln to decide</source>
        <translation>
            <numerusform>%Ln 项待决定</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RuleForm</name>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Symptom</source>
        <translation>表现</translation>
    </message>
    <message>
        <source>Priority (lower ranks first)</source>
        <translation>优先级（小的在前）</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>责任方</translation>
    </message>
    <message>
        <source>What helps</source>
        <translation>怎么办</translation>
    </message>
    <message>
        <source>When (all must hold, one a line)</source>
        <translation>条件（须全部成立，每行一条）</translation>
    </message>
    <message>
        <source>Unless (none may hold, one a line)</source>
        <translation>除外（须都不成立，每行一条）</translation>
    </message>
    <message>
        <source>For the agent, Chinese</source>
        <translation>给坐席（中文）</translation>
    </message>
    <message>
        <source>For the customer, Chinese</source>
        <translation>给客户（中文）</translation>
    </message>
    <message>
        <source>For the agent, English</source>
        <translation>给坐席（英文）</translation>
    </message>
    <message>
        <source>For the customer, English</source>
        <translation>给客户（英文）</translation>
    </message>
    <message>
        <source>Rule {code}</source>
        <translation>规则 {code}</translation>
    </message>
    <message>
        <source>Choose a rule on the left.</source>
        <translation>请在左侧选择一条规则。</translation>
    </message>
</context>
<context>
    <name>RuleTree</name>
    <message>
        <source>Rules by cause</source>
        <translation>按原因的规则</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>近 30 天</translation>
    </message>
    <message>
        <source>Failures of the last 30 days that the rule decides, by this text</source>
        <translation>按当前文本，近 30 天由这条规则定因的失败次数</translation>
    </message>
    <message numerus="yes">
        <source>{rule}, priority {priority}: in 30 days it holds for %Ln failure(s), decides {first}, alone for {alone}</source>
        <translation>
            <numerusform>{rule}，优先级 {priority}：近 30 天对 %Ln 次失败成立，其中定因 {first} 次，唯一成立 {alone} 次</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RulesPage</name>
    <message>
        <source>Save or revert what you changed first.</source>
        <translation>请先保存或还原改动。</translation>
    </message>
    <message>
        <source>What was typed here before is back, not saved yet.</source>
        <translation>上次写了还没保存的内容已恢复。</translation>
    </message>
    <message>
        <source>Keep as a draft</source>
        <translation>存为草稿</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What was changed, and why</source>
        <translation>改了什么、为什么</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Trying the pack on history…</source>
        <translation>正在用历史申请回测…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln case(s) added</source>
        <translation>
            <numerusform>已加入 %Ln 个用例</numerusform>
        </translation>
    </message>
    <message>
        <source>Rules {version}</source>
        <translation>规则 {version}</translation>
    </message>
    <message>
        <source>in use, came with the program</source>
        <translation>在用，随程序提供</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>在用</translation>
    </message>
    <message>
        <source>changed, not saved</source>
        <translation>有改动未保存</translation>
    </message>
    <message>
        <source>Reading the rules…</source>
        <translation>正在读取规则…</translation>
    </message>
    <message>
        <source>Rules are seen by team leads, QA and administrators. Your role does not include this.</source>
        <translation>规则由组长、质检和管理员查看，您的角色没有此权限。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Save as draft…</source>
        <translation>存为草稿…</translation>
    </message>
    <message>
        <source>Ctrl+S</source>
        <translation>Ctrl+S</translation>
    </message>
    <message>
        <source>Your role does not include this.</source>
        <translation>您的角色没有此权限。</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>表单</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>用例</translation>
    </message>
    <message>
        <source>How the pack is shown</source>
        <translation>规则的显示方式</translation>
    </message>
    <message>
        <source>Text of the pack</source>
        <translation>规则文本</translation>
    </message>
    <message>
        <source>Cases of the pack</source>
        <translation>规则用例</translation>
    </message>
    <message>
        <source>Lint</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Back-test</source>
        <translation>回测</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Checking, trying and releasing</source>
        <translation>检查、回测与发布</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>✔ Reads well, nothing grave, all cases passed</source>
        <translation>✔ 可以读取，没有严重问题，用例全部通过</translation>
    </message>
    <message>
        <source>{n} grave</source>
        <translation>{n} 处严重</translation>
    </message>
    <message numerus="yes">
        <source>%Ln case(s) failed</source>
        <translation>
            <numerusform>%Ln 条用例未通过</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln accepted disagreement(s) answered otherwise</source>
        <translation>
            <numerusform>%Ln 件已采纳异议仍答错</numerusform>
        </translation>
    </message>
    <message>
        <source>F8 goes from mark to mark</source>
        <translation>F8 逐个查看</translation>
    </message>
</context>
<context>
    <name>SayPanel</name>
    <message>
        <source>Say to the customer</source>
        <translation>对客户说</translation>
    </message>
    <message>
        <source>Never say</source>
        <translation>不要说</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy what may be said to the customer (Ctrl+C)</source>
        <translation>复制对客户说的话（Ctrl+C）</translation>
    </message>
    <message>
        <source>Copy what may be said to the customer</source>
        <translation>复制对客户说的话</translation>
    </message>
    <message>
        <source>Copy reply</source>
        <translation>复制回复</translation>
    </message>
    <message>
        <source>Copy a whole reply for chat or e-mail: greeting, what happened, what to do (Ctrl+Shift+C)</source>
        <translation>复制给客户的完整回复，用于在线聊天或邮件：问候、情况、怎么办（Ctrl+Shift+C）</translation>
    </message>
    <message>
        <source>Copy a whole reply to the customer</source>
        <translation>复制给客户的完整回复</translation>
    </message>
    <message>
        <source>Guides ({count})</source>
        <translation>指引（{count}）</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>指引</translation>
    </message>
    <message>
        <source>Guides for the customer: {titles}</source>
        <translation>给客户的指引：{titles}</translation>
    </message>
</context>
<context>
    <name>ScoreForm</name>
    <message>
        <source>Choose a call</source>
        <translation>请选择一通</translation>
    </message>
    <message>
        <source>Open the complaint</source>
        <translation>打开投诉</translation>
    </message>
    <message>
        <source>A word on the whole call</source>
        <translation>总评</translation>
    </message>
    <message>
        <source>Save review</source>
        <translation>保存评分</translation>
    </message>
    <message numerus="yes">
        <source>%Ln item(s) without evidence</source>
        <translation>
            <numerusform>还有 %Ln 项没有依据</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScoringPart</name>
    <message numerus="yes">
        <source>Drawn: {size} of %Ln call(s); seed {seed}</source>
        <translation>
            <numerusform>从 %Ln 通中抽出 {size} 通；种子 {seed}</numerusform>
        </translation>
    </message>
    <message>
        <source>The review is kept.</source>
        <translation>评分已保存。</translation>
    </message>
    <message>
        <source>spread over {what}</source>
        <translation>按{what}分层</translation>
    </message>
    <message numerus="yes">
        <source>last %Ln days</source>
        <translation>
            <numerusform>最近 %Ln 天</numerusform>
        </translation>
    </message>
    <message>
        <source> calls</source>
        <translation> 通</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Spread over</source>
        <translation>分层</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>Draws</source>
        <translation>历次抽样</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Seed: the same one draws the same calls</source>
        <translation>种子：相同则抽到相同的通话</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>抽样</translation>
    </message>
    <message>
        <source>Calls that were drawn for review stand here. Nothing has been drawn yet.</source>
        <translation>抽取的待评通话显示在这里。还没有抽样。</translation>
    </message>
    <message>
        <source>Draw some</source>
        <translation>现在抽样</translation>
    </message>
    <message>
        <source>{done} of {of} reviewed</source>
        <translation>已评 {done} / {of}</translation>
    </message>
</context>
<context>
    <name>ScreenPops</name>
    <message>
        <source>Call from {who}</source>
        <translation>来电：{who}</translation>
    </message>
    <message>
        <source>Asked for: attempt {id}</source>
        <translation>请求查看：申请 {id}</translation>
    </message>
    <message>
        <source>Asked for: complaint {id}</source>
        <translation>请求查看：投诉 {id}</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>配置档</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>At the desk</source>
        <translation>当前人员</translation>
    </message>
    <message>
        <source>Profile folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Rules version</source>
        <translation>规则版本</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Data is kept in this folder on this computer: complaints are encrypted, and attempts hold no name, phone or ID card in clear.</source>
        <translation>数据保存在本机此目录中：投诉已加密，申请中不含明文姓名、手机号和身份证号。</translation>
    </message>
    <message>
        <source>Set by the administrator of this computer</source>
        <translation>由本机管理员设定</translation>
    </message>
    <message>
        <source>Everything larger (Ctrl++) or smaller (Ctrl+-)</source>
        <translation>放大(Ctrl++)或缩小(Ctrl+-)整个界面</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Other keys can be chosen under Settings, Keyboard.</source>
        <translation>可在“设置 › 键盘”中更改快捷键。</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Sign in to this desk</source>
        <translation>登录本机</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>Skeleton</name>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
</context>
<context>
    <name>SoftphoneCard</name>
    <message>
        <source>Softphone</source>
        <translation>软电话</translation>
    </message>
    <message>
        <source>A telephone program on this computer may bring the caller to this window. Only this computer is listened to, and only with the token.</source>
        <translation>本机的软电话可以让来电用户显示在此窗口。只接受本机的请求，且必须带令牌。</translation>
    </message>
    <message>
        <source>Let a softphone show callers here</source>
        <translation>接收软电话的来电</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Address to call</source>
        <translation>请求地址</translation>
    </message>
    <message>
        <source>New token</source>
        <translation>换新令牌</translation>
    </message>
    <message>
        <source>Make a token</source>
        <translation>生成令牌</translation>
    </message>
    <message>
        <source>kept as a hash: it cannot be shown again</source>
        <translation>仅保存哈希，无法再次显示</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚未生成</translation>
    </message>
    <message>
        <source>Copy it into the telephone program now: it is shown only this once.</source>
        <translation>请现在就填到软电话中：只显示这一次。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Who is at the desk, and in which role</source>
        <translation>当前人员及其角色</translation>
    </message>
    <message>
        <source>Local only</source>
        <translation>仅在本机</translation>
    </message>
    <message>
        <source>Everything is kept on this computer</source>
        <translation>所有数据都保存在这台电脑上</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 条申请</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln 件投诉</numerusform>
        </translation>
    </message>
    <message>
        <source>Rules {version}</source>
        <translation>规则 {version}</translation>
    </message>
    <message>
        <source>Version of the rule pack that explains attempts</source>
        <translation>用于解释申请结果的规则包版本</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>Nothing has been said about it yet.</source>
        <translation>还没有沟通记录。</translation>
    </message>
    <message>
        <source>Who is to read it</source>
        <translation>给谁看</translation>
    </message>
    <message>
        <source>Reply template</source>
        <translation>回复模板</translation>
    </message>
    <message>
        <source>Reply template…</source>
        <translation>回复模板…</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>沟通记录</translation>
    </message>
    <message>
        <source>To the customer, in words they can use…</source>
        <translation>写给客户，说客户听得懂的话…</translation>
    </message>
    <message>
        <source>For colleagues: the customer never sees it…</source>
        <translation>写给同事，客户看不到…</translation>
    </message>
    <message>
        <source>Words that may not be told are refused.</source>
        <translation>不能对客户说的内容会被拦下。</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>答复</translation>
    </message>
    <message>
        <source>Note it</source>
        <translation>记下</translation>
    </message>
</context>
<context>
    <name>TickFilter</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chosen</source>
        <translation>
            <numerusform>已选 %Ln 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TicketCard</name>
    <message>
        <source>Tickets</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>File a ticket</source>
        <translation>提交工单</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>关联</translation>
    </message>
    <message>
        <source>Number or address of a ticket that exists</source>
        <translation>已有工单的编号或网址</translation>
    </message>
    <message>
        <source>Tracker</source>
        <translation>工单系统</translation>
    </message>
    <message>
        <source>Choose an issue: its tickets in other trackers stand here.</source>
        <translation>选择一个问题：它在外部系统中的工单显示在这里。</translation>
    </message>
    <message>
        <source>No tracker is set up. An administrator adds one: workbench tracker add NAME</source>
        <translation>还没有工单系统。由管理员添加：workbench tracker add 名称</translation>
    </message>
    <message>
        <source>No ticket yet. What is filed names no customer.</source>
        <translation>还没有工单。提交的内容不含任何客户信息。</translation>
    </message>
</context>
<context>
    <name>TicketRow</name>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Write our state</source>
        <translation>写入我方状态</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Unlink</source>
        <translation>取消关联</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>放弃提交</translation>
    </message>
    <message>
        <source>✘ refused</source>
        <translation>✘ 被拒绝</translation>
    </message>
    <message>
        <source>… waits</source>
        <translation>… 待提交</translation>
    </message>
    <message>
        <source>Next try {time}.</source>
        <translation>下次重试 {time}。</translation>
    </message>
    <message>
        <source>Kept; it goes as soon as the tracker can be reached.</source>
        <translation>已保存，连得上时自动提交。</translation>
    </message>
    <message>
        <source>there: {state}</source>
        <translation>对方状态：{state}</translation>
    </message>
    <message>
        <source>moved over there; here it is {state}</source>
        <translation>在对方被改动；我方为“{state}”</translation>
    </message>
    <message>
        <source>our state is on its way</source>
        <translation>我方状态待写入</translation>
    </message>
    <message>
        <source>read {time}</source>
        <translation>读取于 {time}</translation>
    </message>
    <message>
        <source>Keep token</source>
        <translation>保存令牌</translation>
    </message>
    <message>
        <source>A new token for the keyring</source>
        <translation>新令牌；存入本机密钥环</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Look up a customer or an attempt</source>
        <translation>查询客户或申请</translation>
    </message>
    <message>
        <source>Log complaint</source>
        <translation>记录投诉</translation>
    </message>
    <message>
        <source>Log a complaint from the attempt shown (Ctrl+L)</source>
        <translation>就当前申请记录投诉（Ctrl+L）</translation>
    </message>
    <message numerus="yes">
        <source>%Ln unfinished draft(s)</source>
        <translation>
            <numerusform>%Ln 份未完成草稿</numerusform>
        </translation>
    </message>
    <message>
        <source>Phone, ID card, customer or attempt ID, or name; or what you want to do</source>
        <translation>手机号、身份证号、用户 ID、申请编号或姓名；也可输入要做的事</translation>
    </message>
</context>
<context>
    <name>TourStrip</name>
    <message>
        <source>Finish</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>离开</translation>
    </message>
</context>
<context>
    <name>TrendChart</name>
    <message numerus="yes">
        <source>{failures} of %Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln 条申请中 {failures} 条失败</numerusform>
        </translation>
    </message>
    <message>
        <source>Chart over time</source>
        <translation>趋势图</translation>
    </message>
    <message>
        <source>(not complete yet)</source>
        <translation>（数据未齐）</translation>
    </message>
</context>
<context>
    <name>Trends</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>为什么</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>Risk models</source>
        <translation>风控模型</translation>
    </message>
    <message>
        <source>Market</source>
        <translation>市场</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new · refresh</source>
        <translation>
            <numerusform>新增 %Ln 条 · 刷新</numerusform>
        </translation>
    </message>
    <message>
        <source>New ones · refresh</source>
        <translation>有新数据 · 刷新</translation>
    </message>
    <message>
        <source>Fetching the attempts…</source>
        <translation>正在读取申请…</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>申请数</translation>
    </message>
    <message>
        <source>Click a bar, or move with the arrow keys and press Enter</source>
        <translation>点击柱子，或用方向键移动、按 Enter，查看背后的申请</translation>
    </message>
    <message>
        <source>Chart: {summary}</source>
        <translation>图表：{summary}</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最近 1 天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Last 90 days</source>
        <translation>最近 90 天</translation>
    </message>
    <message>
        <source>All there is</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Own dates</source>
        <translation>自定日期</translation>
    </message>
    <message>
        <source>Counted back from the newest attempt</source>
        <translation>从最近一条申请往回算</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To (included)</source>
        <translation>至（含）</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>粒度</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>By</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Legend: Enter opens the attempts of a series</source>
        <translation>图例：按 Enter 打开这一项的申请</translation>
    </message>
    <message>
        <source>Failures over time, by cause, stand here once attempts have been imported.</source>
        <translation>导入申请记录后，这里按原因显示失败的变化趋势。</translation>
    </message>
    <message>
        <source>Import attempts…</source>
        <translation>导入申请记录…</translation>
    </message>
    <message>
        <source>No attempt matches these filters.</source>
        <translation>没有符合筛选条件的申请。</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>By the hour for up to 400 days; this period is shown by the day.</source>
        <translation>按小时最多显示 400 天；这段时间按天显示。</translation>
    </message>
    <message>
        <source>Bars</source>
        <translation>柱形</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>折线</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不对比</translation>
    </message>
    <message>
        <source>Drawn as</source>
        <translation>画法</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>对比</translation>
    </message>
</context>
<context>
    <name>TrialTab</name>
    <message>
        <source>Attempts that flip: {count}</source>
        <translation>改判的申请：{count}</translation>
    </message>
    <message>
        <source>the newest {shown} shown</source>
        <translation>显示最新 {shown} 条</translation>
    </message>
    <message numerus="yes">
        <source>last %Ln day(s)</source>
        <translation>
            <numerusform>近 %Ln 天</numerusform>
        </translation>
    </message>
    <message>
        <source>all attempts</source>
        <translation>全部申请</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>期间</translation>
    </message>
    <message>
        <source>Back-test</source>
        <translation>回测</translation>
    </message>
    <message>
        <source>Against the pack in use (Ctrl+T)</source>
        <translation>与在用规则比较（Ctrl+T）</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>What changes</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Attempts that flip</source>
        <translation>改判的申请</translation>
    </message>
    <message>
        <source>Enter opens the attempt&apos;s card</source>
        <translation>按 Enter 打开这次申请的原因卡</translation>
    </message>
    <message>
        <source>A back-test puts this pack against the one in use over the attempts there are: which answers change, for whom, and by which conditions.</source>
        <translation>回测用已有的申请比较这份规则与在用规则：哪些答案会变、涉及谁、由哪些条件决定。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed attempt(s) looked at: no answer changes.</source>
        <translation>
            <numerusform>看了 %Ln 次未成功的申请：没有答案改变。</numerusform>
        </translation>
    </message>
    <message>
        <source>In use {old} → this text {new}: flipped {flipped} of {attempts}; {customers}, {complaints}</source>
        <translation>在用 {old} → 当前文本 {new}：{attempts}中 {flipped} 次改判，涉及 {customers}、{complaints}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed attempt(s)</source>
        <translation>
            <numerusform>%Ln 次未成功的申请</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s)</source>
        <translation>
            <numerusform>%Ln 位客户</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s)</source>
        <translation>
            <numerusform>%Ln 件未结投诉</numerusform>
        </translation>
    </message>
    <message>
        <source>the text was changed since</source>
        <translation>此后文本又有改动</translation>
    </message>
</context>
<context>
    <name>TwoPeriods</name>
    <message>
        <source>Last day, the day before</source>
        <translation>最近一天，对前一天</translation>
    </message>
    <message>
        <source>Last day, a week earlier</source>
        <translation>最近一天，对一周前</translation>
    </message>
    <message>
        <source>Last 7 days, 7 before</source>
        <translation>最近 7 天，对前 7 天</translation>
    </message>
    <message>
        <source>Last 28 days, 28 before</source>
        <translation>最近 28 天，对前 28 天</translation>
    </message>
    <message>
        <source>Own days</source>
        <translation>自选日期</translation>
    </message>
    <message>
        <source>against</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To (included)</source>
        <translation>至（含）</translation>
    </message>
    <message>
        <source>Against, from</source>
        <translation>对比，从</translation>
    </message>
    <message>
        <source>Against, to (included)</source>
        <translation>对比，至（含）</translation>
    </message>
    <message>
        <source>Periods</source>
        <translation>时段</translation>
    </message>
</context>
<context>
    <name>UnmappedTable</name>
    <message>
        <source>Attempts</source>
        <translation>申请数</translation>
    </message>
    <message>
        <source>Of all failures</source>
        <translation>占失败</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>码表</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>错误码</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>客户数</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>首次出现</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>最近出现</translation>
    </message>
    <message>
        <source>A message with it</source>
        <translation>随附提示之一</translation>
    </message>
    <message>
        <source>(no source)</source>
        <translation>（未注明来源）</translation>
    </message>
</context>
<context>
    <name>UnsettledRow</name>
    <message>
        <source>Typed here</source>
        <translation>本机输入</translation>
    </message>
    <message>
        <source>At the centre</source>
        <translation>中心库</translation>
    </message>
    <message>
        <source>Send mine</source>
        <translation>采用本机</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>保留现有的</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Nothing here yet</source>
        <translation>这里还没有数据</translation>
    </message>
    <message>
        <source>Bring in activation attempts, and every failure gets its reason, its proof and what to say to the customer.</source>
        <translation>导入激活申请后，每次失败都会有原因、依据和对客户的说法。</translation>
    </message>
    <message>
        <source>Your team lead or an administrator can bring in the attempts.</source>
        <translation>请组长或管理员导入申请记录。</translation>
    </message>
    <message>
        <source>Try with sample data</source>
        <translation>用示例数据试试</translation>
    </message>
    <message>
        <source>Made-up customers and attempts, to see how everything goes together.</source>
        <translation>虚构的客户和申请，看看各部分如何配合。</translation>
    </message>
    <message>
        <source>Load sample data</source>
        <translation>载入示例数据</translation>
    </message>
    <message>
        <source>Import a file</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>CSV or Excel as your system writes it; the columns are recognised.</source>
        <translation>业务系统导出的 CSV 或 Excel 即可，各列会自动识别。</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Or drop files anywhere in this window.</source>
        <translation>也可以把文件拖放到窗口任意位置。</translation>
    </message>
    <message>
        <source>Making sample data…</source>
        <translation>正在生成示例数据…</translation>
    </message>
    <message>
        <source>Connect to the centre</source>
        <translation>连接中心库</translation>
    </message>
    <message>
        <source>Your team&apos;s complaints on this computer, with your own login.</source>
        <translation>用自己的账号登录，在本机处理全组的投诉。</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>连接…</translation>
    </message>
</context>
<context>
    <name>WhoHead</name>
    <message>
        <source>Customer not named</source>
        <translation>未提供客户信息</translation>
    </message>
    <message>
        <source>✔ Identity verified</source>
        <translation>✔ 已实名</translation>
    </message>
    <message>
        <source>✘ Identity not verified</source>
        <translation>✘ 未实名</translation>
    </message>
    <message>
        <source>? Identity not known</source>
        <translation>? 实名情况未知</translation>
    </message>
    <message numerus="yes">
        <source>%Ln in 24 h</source>
        <translation>
            <numerusform>24 小时内 %Ln 次</numerusform>
        </translation>
    </message>
    <message>
        <source>Attempts in the 24 hours up to the newest one</source>
        <translation>截至最近一次申请的 24 小时内，申请了几次</translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s) ›</source>
        <translation>
            <numerusform>未结投诉 %Ln 件 ›</numerusform>
        </translation>
    </message>
    <message>
        <source>Open the newest one</source>
        <translation>打开最近的一件</translation>
    </message>
</context>
<context>
    <name>WhyTab</name>
    <message>
        <source>What changed between two periods, and which slices explain it, stands here.</source>
        <translation>两个时段之间变了什么、哪些切片能解释，列在这里。</translation>
    </message>
    <message>
        <source>All fields</source>
        <translation>全部字段</translation>
    </message>
    <message>
        <source>Without versions</source>
        <translation>不含版本</translation>
    </message>
    <message>
        <source>Cause and step</source>
        <translation>原因和环节</translation>
    </message>
    <message>
        <source>Channel and place</source>
        <translation>渠道和地点</translation>
    </message>
    <message>
        <source>All causes</source>
        <translation>全部原因</translation>
    </message>
    <message>
        <source>Fields that are searched</source>
        <translation>搜索的字段</translation>
    </message>
    <message>
        <source>When all attempts move to a new version, its slice explains everything and nothing.</source>
        <translation>所有申请都转到新版本时，版本切片解释了一切，也等于什么都没解释。</translation>
    </message>
    <message>
        <source>Same rules for both</source>
        <translation>两个时段用同一规则</translation>
    </message>
    <message>
        <source>Before by rules {version}</source>
        <translation>较早时段按规则 {version}</translation>
    </message>
    <message>
        <source>Before by a rule file…</source>
        <translation>较早时段按规则包文件…</translation>
    </message>
    <message>
        <source>Judge the earlier period by other rules: what the rules moved is told apart.</source>
        <translation>用另一版规则判断较早时段：规则本身的影响单独列出。</translation>
    </message>
    <message>
        <source>Rules that the earlier period is judged by</source>
        <translation>判断较早时段所用的规则</translation>
    </message>
    <message>
        <source>Show the attempts</source>
        <translation>查看申请</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>Difference (95 %)</source>
        <translation>差额（95 %）</translation>
    </message>
    <message>
        <source>Share of the change</source>
        <translation>占变化</translation>
    </message>
    <message>
        <source>Mostly by</source>
        <translation>主要因</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>同期事件</translation>
    </message>
    <message>
        <source>Slices that explain the change</source>
        <translation>解释变化的切片</translation>
    </message>
    <message>
        <source>Change of the failure rate in points, by another mix / by other rates:</source>
        <translation>失败率变化（百分点），构成 / 各自的失败率：</translation>
    </message>
</context>
<context>
    <name>WindowActs</name>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>配置档</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Followed sources</source>
        <translation>跟踪的来源</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>中心库</translation>
    </message>
    <message>
        <source>Softphone</source>
        <translation>软电话</translation>
    </message>
    <message>
        <source>How long data are kept</source>
        <translation>数据保留期限</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>WindowApp</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>The passphrase of this profile:</source>
        <translation>请输入此配置档的口令：</translation>
    </message>
</context>
<context>
    <name>_ResultPage</name>
    <message>
        <source>Rows read</source>
        <translation>读取行数</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>已存在（重复）</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>Imported, with a doubtful phone or ID card</source>
        <translation>已导入，但手机号或身份证号存疑</translation>
    </message>
    <message>
        <source>Open its folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be used:</source>
        <translation>
            <numerusform>有 %Ln 个文件无法使用：</numerusform>
        </translation>
    </message>
    <message>
        <source>Done in {seconds} s</source>
        <translation>完成，用时 {seconds} 秒</translation>
    </message>
    <message>
        <source>The rows set aside lie in {file}, each with its line, column, value and reason. Mend them in the original file and import it again: rows already imported are skipped.</source>
        <translation>搁置的行保存在 {file}，每行注明行号、列、内容和原因。请在原文件中改好后再次导入原文件：已导入的行会自动跳过。</translation>
    </message>
</context>
<context>
    <name>_SourceRow</name>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Another window or command follows it</source>
        <translation>由另一个窗口或命令跟踪</translation>
    </message>
    <message>
        <source>Following · nothing new yet</source>
        <translation>正在跟踪 · 暂无新数据</translation>
    </message>
    <message>
        <source>Following · last %1 · %2 new</source>
        <translation>正在跟踪 · 最近 %1 · 新增 %2 条</translation>
    </message>
</context>
</TS>
