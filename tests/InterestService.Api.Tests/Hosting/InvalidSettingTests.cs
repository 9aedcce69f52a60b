using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Hosting;

/// <summary>Output of a start that fails.</summary>
[Collection(CapturedCommand.Collection)]
public sealed class InvalidSettingTests
{
    [Theory]
    [InlineData("--InterestService:Reclustering:Cron=0 25 * * *", "InterestService__Reclustering__Cron", "'0 25 * * *'")]
    [InlineData("--InterestService:Reclustering:Cron=daily", "InterestService__Reclustering__Cron", "'daily'")]
    [InlineData("--InterestService:Reclustering:DriftThreshold=7", "InterestService__Reclustering__DriftThreshold", "7")]
    [InlineData("--InterestService:Metrics=sometimes", "InterestService:Metrics", "'sometimes'")]
    [InlineData("--InterestService:Partition=5/4", "InterestService__Partition", "'5/4'")]
    [InlineData("--InterestService:Partition=1/2", "InterestService__Partition", "role api")]
    [InlineData("--InterestService:PartitionAddresses:1=http://api-1", "InterestService__PartitionAddresses__1", "InterestService__Partition.")]
    [InlineData("--urls=http://127.0.0.1:x", "--urls", "'http://127.0.0.1:x'")]
    [InlineData("--urls=ftp://127.0.0.1:80", "--urls", "'ftp://127.0.0.1:80'")]
    public async Task An_invalid_setting_is_reported_in_one_line_before_anything_starts(string setting, string name, string value)
    {
        using var folder = new TestFolder();
        string data = Path.Combine(folder.Path, "data");
        var (exit, line) = await CapturedCommand.RunAsync("serve", "--environment=Development", $"--InterestService:DataDirectory={data}", setting);
        Assert.Equal(1, exit);
        Assert.DoesNotContain('\n', line);
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(value, line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }
}
