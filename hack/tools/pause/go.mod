module keelson.dev/hack/tools/pause

go 1.26
