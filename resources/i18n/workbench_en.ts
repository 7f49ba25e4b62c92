<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB">
<context>
    <name>BulkPanel</name>
    <message numerus="yes">
        <source>Changing %Ln complaint(s)…</source>
        <translation>
            <numerusform>Changing %Ln complaint…</numerusform>
            <numerusform>Changing %Ln complaints…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) chosen</source>
        <translation>
            <numerusform>%Ln complaint chosen</numerusform>
            <numerusform>%Ln complaints chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Choose all %Ln of this list</source>
        <translation>
            <numerusform>Choose all %Ln of this list</numerusform>
            <numerusform>Choose all %Ln of this list</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln will change</source>
        <translation>
            <numerusform>%Ln will change</numerusform>
            <numerusform>%Ln will change</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln will stay as they are:</source>
        <translation>
            <numerusform>%Ln will stay as they are:</numerusform>
            <numerusform>%Ln will stay as they are:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %Ln</source>
        <translation>
            <numerusform>Change %Ln</numerusform>
            <numerusform>Change %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) changed</source>
        <translation>
            <numerusform>%Ln complaint changed</numerusform>
            <numerusform>%Ln complaints changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s) put back</source>
        <translation>
            <numerusform>%Ln complaint put back</numerusform>
            <numerusform>%Ln complaints put back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed since and left</source>
        <translation>
            <numerusform>%Ln changed since and left</numerusform>
            <numerusform>%Ln changed since and left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CalibrationPart</name>
    <message numerus="yes">
        <source>{one} and {other}: %Ln score(s) in common, weighted kappa {kappa}</source>
        <translation>
            <numerusform>{one} and {other}: %Ln score in common, weighted kappa {kappa}</numerusform>
            <numerusform>{one} and {other}: %Ln scores in common, weighted kappa {kappa}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CallbackDialog</name>
    <message numerus="yes">
        <source>%Ln customer(s) waited for what is fixed now</source>
        <translation>
            <numerusform>%Ln customer waited for what is fixed now</numerusform>
            <numerusform>%Ln customers waited for what is fixed now</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodeActs</name>
    <message numerus="yes">
        <source>%Ln row(s) to fill in: {file}</source>
        <translation>
            <numerusform>%Ln row to fill in: {file}</numerusform>
            <numerusform>%Ln rows to fill in: {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodeList</name>
    <message numerus="yes">
        <source>No customer found, but %Ln code(s)</source>
        <translation>
            <numerusform>No customer found, but %Ln code</numerusform>
            <numerusform>No customer found, but %Ln codes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodesView</name>
    <message numerus="yes">
        <source>%Ln attempt(s) behind it</source>
        <translation>
            <numerusform>%Ln attempt behind it</numerusform>
            <numerusform>%Ln attempts behind it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln code(s)</source>
        <translation>
            <numerusform>%Ln code</numerusform>
            <numerusform>%Ln codes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CommandBox</name>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln attempt</numerusform>
            <numerusform>%Ln attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComplaintSheet</name>
    <message numerus="yes">
        <source>%Ln other draft(s)</source>
        <translation>
            <numerusform>%Ln other draft</numerusform>
            <numerusform>%Ln other drafts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComplaintsPage</name>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln complaint</numerusform>
            <numerusform>%Ln complaints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message numerus="yes">
        <source>%Ln unfinished draft(s) kept</source>
        <translation>
            <numerusform>%Ln unfinished draft kept</numerusform>
            <numerusform>%Ln unfinished drafts kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message numerus="yes">
        <source>%Ln failure(s)</source>
        <translation>
            <numerusform>%Ln failure</numerusform>
            <numerusform>%Ln failures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln attempt</numerusform>
            <numerusform>%Ln attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message numerus="yes">
        <source>%Ln attempt(s) exported to {file}</source>
        <translation>
            <numerusform>%Ln attempt exported to {file}</numerusform>
            <numerusform>%Ln attempts exported to {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ForecastTab</name>
    <message numerus="yes">
        <source>Complaints a day: the line is the past, dashes and band what is to come; {total} in %Ln day(s)</source>
        <translation>
            <numerusform>Complaints a day: the line is the past, dashes and band what is to come; {total} in %Ln day</numerusform>
            <numerusform>Complaints a day: the line is the past, dashes and band what is to come; {total} in %Ln days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FormerAnswers</name>
    <message numerus="yes">
        <source>and %n earlier</source>
        <translation>
            <numerusform>and %n earlier</numerusform>
            <numerusform>and %n earlier</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%Ln row(s) · {rate} rows/s</source>
        <translation>
            <numerusform>%Ln row · {rate} rows/s</numerusform>
            <numerusform>%Ln rows · {rate} rows/s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{file} and %Ln more file(s)</source>
        <translation>
            <numerusform>{file} and %Ln more file</numerusform>
            <numerusform>{file} and %Ln more files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{known} of %Ln column(s) recognised</source>
        <translation>
            <numerusform>{known} of %Ln column recognised</numerusform>
            <numerusform>{known} of %Ln columns recognised</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>IncidentsTab</name>
    <message numerus="yes">
        <source>{cause}, {start} to {end}: %Ln failure(s), {usual} usual; band: what was expected</source>
        <translation>
            <numerusform>{cause}, {start} to {end}: %Ln failure, {usual} usual; band: what was expected</numerusform>
            <numerusform>{cause}, {start} to {end}: %Ln failures, {usual} usual; band: what was expected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln incident(s), {waiting} to be judged. The line: failures by the hour; the band: what was expected.</source>
        <translation>
            <numerusform>%Ln incident, {waiting} to be judged. The line: failures by the hour; the band: what was expected.</numerusform>
            <numerusform>%Ln incidents, {waiting} to be judged. The line: failures by the hour; the band: what was expected.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>IssueDetail</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>IssueSide</name>
    <message numerus="yes">
        <source>%Ln group(s) chosen</source>
        <translation>
            <numerusform>%Ln group chosen</numerusform>
            <numerusform>%Ln groups chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>IssuesView</name>
    <message numerus="yes">
        <source>Taken back: %Ln issue(s).</source>
        <translation>
            <numerusform>Taken back: %Ln issue.</numerusform>
            <numerusform>Taken back: %Ln issues.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) written: {file}</source>
        <translation>
            <numerusform>%Ln row written: {file}</numerusform>
            <numerusform>%Ln rows written: {file}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln issue(s) changed.</source>
        <translation>
            <numerusform>%Ln issue changed.</numerusform>
            <numerusform>%Ln issues changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message numerus="yes">
        <source>{name}: %Ln row(s) set aside in {file}</source>
        <translation>
            <numerusform>{name}: %Ln row set aside in {file}</numerusform>
            <numerusform>{name}: %Ln rows set aside in {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LookupPage</name>
    <message numerus="yes">
        <source>%Ln customer(s) match: which one?</source>
        <translation>
            <numerusform>%Ln customer match: which one?</numerusform>
            <numerusform>%Ln customers match: which one?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln customer(s) found</source>
        <translation>
            <numerusform>All %Ln customer found</numerusform>
            <numerusform>All %Ln customers found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln attempt</numerusform>
            <numerusform>%Ln attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln unfinished draft(s) from last time</source>
        <translation>
            <numerusform>%Ln unfinished draft from last time</numerusform>
            <numerusform>%Ln unfinished drafts from last time</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarketTab</name>
    <message numerus="yes">
        <source>%Ln reason(s) for leaving</source>
        <translation>
            <numerusform>%Ln reason for leaving</numerusform>
            <numerusform>%Ln reasons for leaving</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln complaint</numerusform>
            <numerusform>%Ln complaints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message numerus="yes">
        <source>Past the deadline, and nobody has them: %Ln complaint(s)</source>
        <translation>
            <numerusform>Past the deadline, and nobody has them: %Ln complaint</numerusform>
            <numerusform>Past the deadline, and nobody has them: %Ln complaints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Near the deadline, and nobody has them: %Ln complaint(s)</source>
        <translation>
            <numerusform>Near the deadline, and nobody has them: %Ln complaint</numerusform>
            <numerusform>Near the deadline, and nobody has them: %Ln complaints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The deadline of %Ln complaint(s) has passed</source>
        <translation>
            <numerusform>The deadline of %Ln complaint has passed</numerusform>
            <numerusform>The deadline of %Ln complaints has passed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The deadline of %Ln complaint(s) is near</source>
        <translation>
            <numerusform>The deadline of %Ln complaint is near</numerusform>
            <numerusform>The deadline of %Ln complaints is near</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s) waited for what is fixed now</source>
        <translation>
            <numerusform>%Ln customer waited for what is fixed now</numerusform>
            <numerusform>%Ln customers waited for what is fixed now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln incident(s) to look at</source>
        <translation>
            <numerusform>%Ln incident to look at</numerusform>
            <numerusform>%Ln incidents to look at</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QualityTab</name>
    <message numerus="yes">
        <source>%Ln code(s) that no catalogue knows</source>
        <translation>
            <numerusform>%Ln code that no catalogue knows</numerusform>
            <numerusform>%Ln codes that no catalogue knows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Queues</name>
    <message numerus="yes">
        <source>%Ln customer(s)</source>
        <translation>
            <numerusform>%Ln customer</numerusform>
            <numerusform>%Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s)</source>
        <translation>
            <numerusform>%Ln open complaint</numerusform>
            <numerusform>%Ln open complaints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message numerus="yes">
        <source>Read %Ln row(s): {taken} taken, {aside} set aside.</source>
        <translation>
            <numerusform>Read %Ln row: {taken} taken, {aside} set aside.</numerusform>
            <numerusform>Read %Ln rows: {taken} taken, {aside} set aside.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Rounds</name>
    <message numerus="yes">
        <source>%Ln waiting to be sent</source>
        <translation>
            <numerusform>%Ln waiting to be sent</numerusform>
            <numerusform>%Ln waiting to be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln to decide</source>
        <translation>
            <numerusform>%Ln to decide</numerusform>
            <numerusform>%Ln to decide</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RuleTree</name>
    <message numerus="yes">
        <source>{rule}, priority {priority}: in 30 days it holds for %Ln failure(s), decides {first}, alone for {alone}</source>
        <translation>
            <numerusform>{rule}, priority {priority}: in 30 days it holds for %Ln failure, decides {first}, alone for {alone}</numerusform>
            <numerusform>{rule}, priority {priority}: in 30 days it holds for %Ln failures, decides {first}, alone for {alone}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RulesPage</name>
    <message numerus="yes">
        <source>%Ln case(s) added</source>
        <translation>
            <numerusform>%Ln case added</numerusform>
            <numerusform>%Ln cases added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln case(s) failed</source>
        <translation>
            <numerusform>%Ln case failed</numerusform>
            <numerusform>%Ln cases failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln accepted disagreement(s) answered otherwise</source>
        <translation>
            <numerusform>%Ln accepted disagreement answered otherwise</numerusform>
            <numerusform>%Ln accepted disagreements answered otherwise</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScoreForm</name>
    <message numerus="yes">
        <source>%Ln item(s) without evidence</source>
        <translation>
            <numerusform>%Ln item without evidence</numerusform>
            <numerusform>%Ln items without evidence</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ScoringPart</name>
    <message numerus="yes">
        <source>Drawn: {size} of %Ln call(s); seed {seed}</source>
        <translation>
            <numerusform>Drawn: {size} of %Ln call; seed {seed}</numerusform>
            <numerusform>Drawn: {size} of %Ln calls; seed {seed}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>last %Ln days</source>
        <translation>
            <numerusform>last %Ln days</numerusform>
            <numerusform>last %Ln days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%Ln attempt(s)</source>
        <translation>
            <numerusform>%Ln attempt</numerusform>
            <numerusform>%Ln attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln complaint(s)</source>
        <translation>
            <numerusform>%Ln complaint</numerusform>
            <numerusform>%Ln complaints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TickFilter</name>
    <message numerus="yes">
        <source>%Ln chosen</source>
        <translation>
            <numerusform>%Ln chosen</numerusform>
            <numerusform>%Ln chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%Ln unfinished draft(s)</source>
        <translation>
            <numerusform>%Ln unfinished draft</numerusform>
            <numerusform>%Ln unfinished drafts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrendChart</name>
    <message numerus="yes">
        <source>{failures} of %Ln attempt(s)</source>
        <translation>
            <numerusform>{failures} of %Ln attempt</numerusform>
            <numerusform>{failures} of %Ln attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message numerus="yes">
        <source>%Ln new · refresh</source>
        <translation>
            <numerusform>%Ln new · refresh</numerusform>
            <numerusform>%Ln new · refresh</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrialTab</name>
    <message numerus="yes">
        <source>last %Ln day(s)</source>
        <translation>
            <numerusform>last %Ln day</numerusform>
            <numerusform>last %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed attempt(s) looked at: no answer changes.</source>
        <translation>
            <numerusform>%Ln failed attempt looked at: no answer changes.</numerusform>
            <numerusform>%Ln failed attempts looked at: no answer changes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed attempt(s)</source>
        <translation>
            <numerusform>%Ln failed attempt</numerusform>
            <numerusform>%Ln failed attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln customer(s)</source>
        <translation>
            <numerusform>%Ln customer</numerusform>
            <numerusform>%Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s)</source>
        <translation>
            <numerusform>%Ln open complaint</numerusform>
            <numerusform>%Ln open complaints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WhoHead</name>
    <message numerus="yes">
        <source>%Ln in 24 h</source>
        <translation>
            <numerusform>%Ln in 24 h</numerusform>
            <numerusform>%Ln in 24 h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln open complaint(s) ›</source>
        <translation>
            <numerusform>%Ln open complaint ›</numerusform>
            <numerusform>%Ln open complaints ›</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_ResultPage</name>
    <message numerus="yes">
        <source>%Ln file(s) could not be used:</source>
        <translation>
            <numerusform>%Ln file could not be used:</numerusform>
            <numerusform>%Ln files could not be used:</numerusform>
        </translation>
    </message>
</context>
</TS>
