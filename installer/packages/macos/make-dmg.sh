#!/bin/sh
# A disk image of the application, after: python3 installer/package.py folder
# Written from the tools' documentation and not run: see docs/packages.md.
# SIGN_AS: the name of a Developer ID certificate; without it the image is not signed.
set -eu
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' workbench/__init__.py)
app="build/folder/Activation Workbench.app"
printf 'macos\n' > "$app/Contents/MacOS/installed-by"
if [ -n "${SIGN_AS:-}" ]; then
  codesign --deep --force --options runtime --timestamp --sign "$SIGN_AS" "$app"
fi
stage=$(mktemp -d)
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
mkdir -p dist
hdiutil create -volname "Activation Workbench" -srcfolder "$stage" -fs HFS+ -format UDZO -ov \
  "dist/activation-workbench-$version.dmg"
rm -r "$stage"
