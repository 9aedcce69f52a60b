using InterestService.Demo;

namespace InterestService.Api.Tests.Demo;

public sealed class DemoProblemTests
{
    [Fact]
    public void Validation_errors_are_listed_by_field()
    {
        const string body = """
            {"title": "Invalid request", "detail": "See errors.", "status": 400, "errors": {"clusters": ["must be 2 or more", "or auto"]}}
            """;
        Assert.Equal(
            "Invalid request (400)\nSee errors.\n  clusters: must be 2 or more\n  clusters: or auto",
            DemoProblem.Describe(400, "Bad Request", body));
    }

    [Fact]
    public void First_rejected_rows_are_listed()
    {
        var rows = Enumerable.Range(0, 9).Select(row => $$"""{"index": {{row}}, "field": "userId", "message": "is missing"}""");
        string body = $$"""{"title": "All rows rejected", "errors": [{{string.Join(',', rows)}}]}""";
        string[] lines = DemoProblem.Describe(422, "Unprocessable", body).Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Equal("  row 4, userId: is missing", lines[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("{\"message\": \"no\"}")]
    public void Response_that_is_not_a_problem_document_is_described_by_its_status(string body) =>
        Assert.Equal("Bad Gateway (502)", DemoProblem.Describe(502, "Bad Gateway", body));
}
