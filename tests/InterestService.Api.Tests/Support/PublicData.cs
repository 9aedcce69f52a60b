using InterestService.Harness;

namespace InterestService.Api.Tests.Support;

/// <summary>Public data sets: those in <c>tests/Data</c> and, where they are present, larger ones in another folder.</summary>
internal static class PublicData
{
    private static readonly string _larger =
        Environment.GetEnvironmentVariable("INTEREST_TEST_DATA") is { Length: > 0 } folder ? folder : Repository.File("../shared/data");

    /// <summary>Returns the file of events of a data set; null where it is not present.</summary>
    public static string? Find(string name) => new[] { Repository.File("tests/Data"), _larger }
        .Select(folder => Path.Combine(folder, $"{name}.events.csv.gz"))
        .FirstOrDefault(File.Exists);
}
