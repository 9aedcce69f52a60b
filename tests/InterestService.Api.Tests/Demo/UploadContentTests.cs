using System.Text.Json;
using InterestService.Api.Storage.Queries;
using InterestService.Demo;
using InterestService.Demo.Scenarios;

namespace InterestService.Api.Tests.Demo;

public sealed class UploadContentTests
{
    [Fact]
    public async Task File_is_sent_unchanged_with_its_length()
    {
        var file = new FileInfo(Path.Combine(Directory.CreateTempSubdirectory("demo").FullName, "events.csv.gz"));
        byte[] bytes = new byte[200_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(file.FullName, bytes, TestContext.Current.CancellationToken);
        List<double> sent = [];
        using var content = UploadContent.FromFile(file, sent.Add);
        Assert.Equal(bytes.Length, content.Headers.ContentLength);
        Assert.Equal("text/csv", content.Headers.ContentType?.ToString());
        Assert.Equal(["gzip"], content.Headers.ContentEncoding);
        Assert.Equal(bytes, await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(sent.Order(), sent);
        Assert.Equal(1, sent[^1]);
        file.Directory!.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000)]
    public async Task Rows_are_sent_one_per_line_without_absent_fields(int count)
    {
        var time = new DateTimeOffset(2025, 5, 1, 12, 30, 0, TimeSpan.Zero);
        var row = new ScenarioEvent("用户1", null, "search", time, null, "tent", "web");
        List<double> sent = [];
        using var content = UploadContent.FromRows(Enumerable.Repeat(row, count), count, sent.Add);
        string[] lines = (await content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal(count + 1, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.All(lines[..^1], line => Assert.Equal(lines[0], line));
        if (count == 0) return;
        using var parsed = JsonDocument.Parse(lines[0]);
        var fields = parsed.RootElement.EnumerateObject().Select(field => field.Name);
        Assert.Equal(["userId", "eventType", "timestamp", "query", "source"], fields);
        Assert.Equal("用户1", parsed.RootElement.GetProperty("userId").GetString());
        Assert.Equal(1, sent[^1]);
    }
}
