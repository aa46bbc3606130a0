-- A valid product, the same for every server.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name":"Garden chair","price":49.95,"created":"2026-01-15T10:30:00+00:00","category_id":1}'
