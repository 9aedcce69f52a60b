using InterestService.Api.Reading.Formats;
using InterestService.Demo;
using UploadFormat = InterestService.Demo.UploadFormat;

namespace InterestService.Api.Tests.Demo;

public sealed class UploadFormatTests
{
    [Theory]
    [InlineData("events.csv", "text/csv", null)]
    [InlineData("events.ndjson", "application/x-ndjson", null)]
    [InlineData("events.jsonl.gz", "application/x-ndjson", "gzip")]
    [InlineData("events.json.br", "application/json", "br")]
    [InlineData("events.csv.zst", "text/csv", "zstd")]
    [InlineData("part-0000.snappy.parquet", "application/vnd.apache.parquet", null)]
    [InlineData("EVENTS.2025.CSV.GZ", "text/csv", "gzip")]
    public void Extensions_determine_type_and_encoding(string name, string type, string? encoding) =>
        Assert.Equal(new UploadFormat(type, encoding), UploadFormat.FromFileName(name));

    [Fact]
    public void Files_can_be_in_every_format_of_the_service() => Assert.Equal(
        UploadFormats.All.Select(format => format.MediaType).Order(),
        new[] { "x.csv", "x.parquet", "x.json", "x.jsonl", "x.ndjson" }.Select(name => UploadFormat.FromFileName(name).ContentType).Distinct().Order());

    [Theory]
    [InlineData("events")]
    [InlineData("events.gz")]
    [InlineData("events.xlsx")]
    [InlineData("events.csv.gz.gz")]
    public void Unknown_extension_is_rejected_with_the_file_name(string name) =>
        Assert.Contains(name, Assert.Throws<DemoException>(() => UploadFormat.FromFileName(name)).Message, StringComparison.Ordinal);
}
