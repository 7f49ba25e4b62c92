"""The rule language: packs, its checks, and the compiler to SQL; imports domain only."""
