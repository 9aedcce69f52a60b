using System.Text;
using InterestService.Api.Hosting.Bodies;
using InterestService.Api.Tests.Ingestion;
using InterestService.Api.Tests.Reading.Formats;
using Microsoft.AspNetCore.Http;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace InterestService.Api.Tests.Hosting.Bodies;

public sealed class ZstdBodyTests
{
    private static readonly string _text = string.Concat(Enumerable.Range(0, 3000).Select(i => $"row {i * 7919 % 3001}\n"));

    /// <summary>A frame that readers skip (RFC 8878, 3.1.2).</summary>
    private static readonly byte[] _skipped = [0x53, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 9, 9, 9, 9];

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public async Task Frames_one_after_the_other_are_one_text_however_the_bytes_arrive(int step)
    {
        byte[] part = UploadHost.Zstd(_text), empty = UploadHost.Zstd("");
        Assert.Equal(_text, await ReadAsync(part, step));
        Assert.Equal(_text + "x" + _text, await ReadAsync([.. part, .. empty, .. UploadHost.Zstd("x"), .. _skipped, .. part], step));
        Assert.Equal("", await ReadAsync([.. _skipped, .. empty], step));
        Assert.Equal("", await ReadAsync([], step));
    }

    [Fact]
    public async Task A_body_cut_anywhere_is_told_as_cut_off()
    {
        byte[] whole = [.. UploadHost.Zstd("one frame, "), .. UploadHost.Zstd("and another frame")];
        int first = UploadHost.Zstd("one frame, ").Length;
        for (int length = 1; length < whole.Length; length++)
            if (length != first) Assert.Contains("cut off", await FaultAsync(whole[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_Zstandard_is_told_as_that()
    {
        Assert.Contains("not Zstandard", await FaultAsync(Encoding.UTF8.GetBytes(_text)), StringComparison.Ordinal);
        Assert.Contains("followed by bytes", await FaultAsync([.. UploadHost.Zstd(_text), .. "more"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_data_is_a_fault_wherever_the_damage_is()
    {
        byte[] good = UploadHost.Zstd(_text);
        var faults = new HashSet<string>();
        for (int at = 0; at < good.Length; at += 3)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x55;
            faults.Add(await FaultAsync(bad));
        }

        Assert.Contains(faults, fault => fault.Contains("checksum", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_is_bounded_by_the_window_and_not_by_what_a_frame_claims()
    {
        using var large = new Compressor(1);
        large.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, 24);
        Assert.Contains("window", await FaultAsync(large.Wrap(new byte[20_000_000]).ToArray()), StringComparison.Ordinal);
        using var packed = new MemoryStream();
        using (var frames = new CompressionStream(packed, 19))
            for (int i = 0; i < 64; i++) frames.Write(new byte[1 << 20]);
        using var body = new ZstdBody(new MemoryStream(packed.ToArray()));
        byte[] buffer = new byte[1 << 16];
        long before = GC.GetTotalAllocatedBytes(precise: true), total = 0;
        for (int read; (read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;) total += read;
        Assert.Equal(64L << 20, total);
        Assert.InRange(packed.Length, 1, 100_000);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 32L << 20);
    }

    private static async Task<string> ReadAsync(byte[] body, int step = int.MaxValue)
    {
        using var text = new MemoryStream();
        await using var decoded = new ZstdBody(new TrickleStream(body, step));
        await decoded.CopyToAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<string> FaultAsync(byte[] body) =>
        (await Assert.ThrowsAsync<BadHttpRequestException>(() => ReadAsync(body))).Message;
}
