using System.Net.Http.Headers;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Ingestion;

/// <summary>Uploads of public data sets: those in <c>tests/Data</c> and, where they are present, larger ones in another folder.</summary>
public sealed class RealDataTests(PostgresFixture postgres)
{
    private static readonly (string Name, int Rows, int Distinct)[] _known =
    [
        ("completejourney_400", 12_666, 12_666),
        ("edu_mooced_dlt", 5_113, 4_977), // contains exact repeats
        ("completejourney", 75_000, 75_000),
        ("online_retail", 406_829, 396_603),
        ("edu_moodle_la", 95_626, 91_735), // event types with spaces and capitals
        ("se_dump", 4_659, 4_659), // several categories per item
    ];

    public static TheoryData<string, int, int> Present { get; } = [.. _known.Where(data => PublicData.Find(data.Name) is not null)];

    [Theory]
    [InlineData("completejourney_400")]
    [InlineData("edu_mooced_dlt")]
    public void Repository_contains_real_data(string name) =>
        Assert.Contains(Repository.File("tests/Data"), PublicData.Find(name), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Present))]
    public async Task Counts_are_exact_and_uploading_again_changes_nothing(string name, int rows, int distinct)
    {
        string file = PublicData.Find(name)!;
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        async Task<(int Received, int Accepted, int Duplicates, int Rejected)> UploadAsync()
        {
            using var body = new StreamContent(File.OpenRead(file));
            body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            body.Headers.ContentEncoding.Add("gzip");
            var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/events", body);
            return ((int)answer!["received"]!, (int)answer["accepted"]!, (int)answer["duplicates"]!, (int)answer["rejected"]!);
        }

        Assert.Equal((rows, distinct, rows - distinct, 0), await UploadAsync());
        Assert.Equal((rows, 0, rows, 0), await UploadAsync());
    }
}
