CREATE TABLE done (what text NOT NULL);
