using System.Net.Http.Headers;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Ingestion;

/// <summary>Uploads public data sets from a folder beside the repository; without it these tests are skipped.</summary>
public sealed class RealDataTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("completejourney", 75_000, 75_000)]
    [InlineData("online_retail", 406_829, 396_603)] // holds exact repeats
    [InlineData("edu_mooced_dlt", 5_113, 4_977)]
    [InlineData("edu_moodle_la", 95_626, 91_735)] // event types with spaces and capitals
    [InlineData("se_dump", 4_659, 4_659)] // several categories an item
    public async Task Counts_are_exact_and_sending_again_changes_nothing(string name, int rows, int distinct)
    {
        string file = Repository.File($"../shared/data/{name}.events.csv.gz");
        Assert.SkipUnless(File.Exists(file), $"{file} is not here.");
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
