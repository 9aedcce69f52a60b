using System.IO.Compression;
using System.Net;
using System.Text;
using InterestService.Api.Hosting.Bodies;
using InterestService.Api.Tests.Ingestion;
using InterestService.Api.Tests.Reading.Formats;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.Hosting.Bodies;

public sealed class GzipBodyTests(PostgresFixture postgres)
{
    private static readonly string _text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"row {i * 7919 % 3001}\n"));

    private static readonly byte[] _zeros = new byte[600];

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public async Task Members_and_the_zeros_around_them_are_one_text_however_the_bytes_arrive(int step)
    {
        byte[] part = UploadHost.Gzip(_text), empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(_text, await ReadAsync(part, step));
        Assert.Equal(_text + _text, await ReadAsync([.. part, .. part], step));
        Assert.Equal(_text + "x" + _text, await ReadAsync([.. part, .. empty, .. UploadHost.Gzip("x"), .. _zeros, .. part, .. _zeros], step));
        Assert.Equal("", await ReadAsync([.. empty, .. _zeros], step));
        Assert.Equal("", await ReadAsync([], step));
    }

    [Theory]
    [InlineData("lz4")]
    [InlineData("gzip, gzip")]
    public async Task Every_operation_with_a_body_refuses_a_compression_that_it_does_not_know(string encoding)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        foreach (var operation in ApiOperation.All)
        {
            using var request = operation.CreateRequest();
            if (request.Content is null) continue;
            using var content = new ByteArrayContent("{}"u8.ToArray());
            content.Headers.ContentType = request.Content.Headers.ContentType;
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, request.Method, request.RequestUri!.ToString(), content);
            Assert.Contains(encoding, (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_operation_with_a_body_tells_what_is_wrong_with_its_compression()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int sent = 0;
        foreach (var operation in ApiOperation.All)
        {
            using var request = operation.CreateRequest();
            if (request.Content is null) continue;
            byte[] good = UploadHost.Gzip(await request.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), damaged = [.. good];
            damaged[^8] ^= 0x55;
            foreach (var (bytes, words) in new[] { (damaged, "checksum"), (good[..^4], "cut off"), ("not gzip"u8.ToArray(), "not gzip") })
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.ContentType = request.Content.Headers.ContentType;
                content.Headers.ContentEncoding.Add("gzip");
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, request.Method, request.RequestUri!.ToString(), content);
                Assert.Equal("The body cannot be read.", (string?)problem["title"]);
                Assert.Contains(words, (string?)problem["detail"], StringComparison.Ordinal);
                sent++;
            }
        }

        Assert.InRange(sent, 8 * 3, int.MaxValue);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_told_as_that()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var content = new StringContent($"{{\"encoder\":\"{new string('x', 31_000_000)}\"}}", Encoding.UTF8, "application/json");
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, HttpMethod.Post, "/clusterings", content, ("Expect", "100-continue"));
        Assert.Contains("too large", (string?)problem["detail"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_part_of_a_header_is_skipped()
    {
        byte[] plain = UploadHost.Gzip("named");
        byte[] header = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 2, 0, 0xAA, 0xBB, .. "file\0"u8, .. "comment\0"u8, 0x12, 0x34];
        Assert.Equal("named", await ReadAsync([.. header, .. plain[10..]]));
    }

    [Fact]
    public async Task Stored_random_and_large_data_come_back()
    {
        byte[] data = new byte[300_000];
        new Random(4).NextBytes(data);
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.SmallestSize })
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, level)) gzip.Write(data);
            using var unpacked = new MemoryStream();
            await new GzipBody(new MemoryStream([.. packed.ToArray(), .. packed.ToArray()])).CopyToAsync(unpacked, TestContext.Current.CancellationToken);
            Assert.Equal([.. data, .. data], unpacked.ToArray());
        }
    }

    [Fact]
    public async Task A_wrong_checksum_or_length_is_told_as_that_in_each_member()
    {
        byte[] good = UploadHost.Gzip(_text);
        foreach (var (fromEnd, word) in new[] { (8, "checksum"), (5, "checksum"), (4, "length"), (1, "length") })
        {
            byte[] bad = [.. good];
            bad[^fromEnd] ^= 0x55;
            foreach (byte[] body in new byte[][] { bad, [.. bad, .. good], [.. good, .. bad], [.. bad, .. _zeros] })
                Assert.Contains($"gzip {word}", await FaultAsync(body), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_cut_anywhere_is_told_as_cut_off()
    {
        byte[] whole = UploadHost.Gzip("a short text, a short text");
        for (int length = 1; length < whole.Length; length++)
        {
            string fault = await FaultAsync(whole[..length]);
            Assert.True(fault.Contains("cut off", StringComparison.Ordinal) || fault.Contains("its end is missing", StringComparison.Ordinal) || fault.Contains("truncated", StringComparison.Ordinal), $"{length}: {fault}");
        }
    }

    [Fact]
    public async Task What_is_not_gzip_is_told_as_that()
    {
        Assert.Contains("not gzip", await FaultAsync(Encoding.UTF8.GetBytes(_text)), StringComparison.Ordinal);
        Assert.Contains("followed by bytes", await FaultAsync([.. UploadHost.Gzip(_text), .. "more"u8]), StringComparison.Ordinal);
        Assert.Contains("deflate", await FaultAsync([0x1F, 0x8B, 7, 0, 0, 0, 0, 0, 0, 0, 0]), StringComparison.Ordinal);
        Assert.Contains("reserves", await FaultAsync([0x1F, 0x8B, 8, 0x80, 0, 0, 0, 0, 0, 0]), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(byte[] body, int step = int.MaxValue)
    {
        using var text = new MemoryStream();
        await new GzipBody(new TrickleStream(body, step)).CopyToAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<string> FaultAsync(byte[] body)
    {
        var fault = await Record.ExceptionAsync(() => ReadAsync(body));
        Assert.True(fault is BadHttpRequestException { StatusCode: 400 } or InvalidDataException, fault?.ToString() ?? "no fault");
        return fault!.Message;
    }
}
