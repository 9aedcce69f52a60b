# HDBSCAN of R's dbscan package. Like the Python scripts, it runs once for every line of the input.
suppressMessages(library(dbscan))
arguments <- commandArgs(trailingOnly = TRUE)
columns <- as.integer(arguments[2])
size <- file.info(arguments[1])$size / 4
points <- matrix(readBin(arguments[1], "numeric", n = size, size = 4), ncol = columns, byrow = TRUE)
input <- file("stdin")
open(input)
while (length(readLines(input, n = 1)) > 0) {
  seconds <- system.time(found <- hdbscan(points, minPts = as.integer(arguments[3])))[["elapsed"]]
  cat(sprintf('{"seconds": %f, "quality": %d}\n', seconds, length(unique(found$cluster[found$cluster > 0]))))
  flush(stdout())
}
