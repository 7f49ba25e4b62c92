; Inno Setup 6: iscc installer\packages\windows\workbench.iss, after: py installer\package.py folder
; Written from its documentation and not run: see docs/packages.md.
#define Version GetEnv("WORKBENCH_VERSION")
#if Version == ""
  #error Set WORKBENCH_VERSION to the version of the folder, such as 0.1.0
#endif

[Setup]
AppId={{7A0C0B52-3C5D-4E57-9B0E-6B8B0B9D5A11}
AppName=Activation Workbench
AppVersion={#Version}
AppPublisher=Activation Workbench maintainers
DefaultDirName={autopf}\Activation Workbench
DefaultGroupName=Activation Workbench
DisableProgramGroupPage=yes
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; a window that is open is asked to close, and opened again afterwards
CloseApplications=yes
RestartApplications=yes
OutputDir=..\..\..\dist
OutputBaseFilename=activation-workbench-{#Version}-setup
Compression=lzma2
SolidCompression=yes
UninstallDisplayIcon={app}\workbench-window.exe
; a signature: iscc /Ssign="signtool sign /fd sha256 /tr ... $f" /DSign
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Files]
Source: "..\..\..\build\folder\workbench\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "installed-by"; DestDir: "{app}"; Flags: ignoreversion

[InstallDelete]
; what the version before had and this one has no more; people's data lie elsewhere
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\Activation Workbench"; Filename: "{app}\workbench-window.exe"

[Registry]
Root: HKLM; Subkey: "Software\Classes\workbench"; ValueType: string; ValueData: "URL:Activation Workbench"; Flags: uninsdeletekey
Root: HKLM; Subkey: "Software\Classes\workbench"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKLM; Subkey: "Software\Classes\workbench\shell\open\command"; ValueType: string; ValueData: """{app}\workbench-window.exe"" open ""%1"""
Root: HKLM; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\workbench.exe"; ValueType: string; ValueData: "{app}\workbench.exe"; Flags: uninsdeletekey
