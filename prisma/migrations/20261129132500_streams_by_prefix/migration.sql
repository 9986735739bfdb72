-- The markets of a model are the streams whose id starts with it, in whatever language the database sorts.
CREATE INDEX "streams_by_bytes" ON eventstore.streams (stream_id COLLATE "C");
