CREATE TABLE "book" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "_version" INTEGER NOT NULL DEFAULT 1,
  "title" TEXT NOT NULL,
  "isbn" TEXT UNIQUE,
  "price" TEXT,
  "published" TEXT
) STRICT;

CREATE TABLE "copy" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "_version" INTEGER NOT NULL DEFAULT 1,
  "condition" TEXT NOT NULL,
  "book_id" INTEGER NOT NULL REFERENCES "book" ("id") ON DELETE CASCADE
) STRICT;
CREATE INDEX "_copy__book_id" ON "copy" ("book_id");

CREATE TABLE "person" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "_version" INTEGER NOT NULL DEFAULT 1,
  "_type" TEXT NOT NULL,
  "name" TEXT NOT NULL
) STRICT;

CREATE TABLE "author" (
  "id" INTEGER PRIMARY KEY REFERENCES "person" ("id") ON DELETE CASCADE,
  "born" TEXT
) STRICT;
CREATE TRIGGER "_author__parent" AFTER DELETE ON "author"
BEGIN DELETE FROM "person" WHERE "id" = OLD."id"; END;

CREATE TABLE "authorship" (
  "book_id" INTEGER NOT NULL REFERENCES "book" ("id") ON DELETE CASCADE,
  "author_id" INTEGER NOT NULL REFERENCES "author" ("id") ON DELETE CASCADE,
  PRIMARY KEY ("book_id", "author_id")
) STRICT, WITHOUT ROWID;
CREATE INDEX "_authorship__author_id" ON "authorship" ("author_id", "book_id");
