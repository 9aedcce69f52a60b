using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Hosting;

/// <summary>What callers read of a request that is not what was expected.</summary>
public sealed class RequestFaultTests(PostgresFixture postgres)
{
    private const string WholeNumber = "a whole number from -2147483648 to 2147483647";
    private const string Time = "an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z";

    private static readonly string _id = Guid.NewGuid().ToString();

    [Theory]
    [InlineData("POST", "/clusterings")]
    [InlineData("POST", "/comparisons")]
    [InlineData("PATCH", "/clusters/1")]
    [InlineData("POST", "/users/clusters")]
    [InlineData("POST", "/keys")]
    [InlineData("POST", "/keys/x/rotate")]
    public async Task A_field_that_does_not_exist_or_comes_twice_is_named(string method, string path)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.StartsWith("There is no such field", await FaultAsync(host, method, path, """{"nope":1}""", "nope"), StringComparison.Ordinal);
        string field = path switch { "/clusters/1" => "label", "/users/clusters" => "userIds", "/keys" => "name", "/keys/x/rotate" => "graceSeconds", _ => "clusters" };
        string second = field.ToUpperInvariant();
        var problem = await ProblemAsync(host, method, path, $$"""{"{{field}}":null,"{{second}}":null}""");
        var (name, messages) = Assert.Single(problem["errors"]!.AsObject());
        Assert.Equal(field, name, ignoreCase: true);
        Assert.StartsWith("The field is given twice", (string?)messages![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_weights_that_comes_twice_is_named()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var problem = await ProblemAsync(host, "POST", "/clusterings", """{"parameters":{"typeWeights":{"view":1,"View":2}}}""");
        var (name, messages) = Assert.Single(problem["errors"]!.AsObject());
        Assert.StartsWith("parameters.typeWeights", name, StringComparison.Ordinal);
        Assert.StartsWith("The field is given twice", (string?)messages![0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/clusterings", "from", "\"2024\"", Time, "'2024'")]
    [InlineData("/clusterings", "to", "5", Time, "5")]
    [InlineData("/clusterings", "clusters", "\"ten\"", "1 to 10000 or \"auto\"", "'ten'")]
    [InlineData("/clusterings", "clusters", "2.5", "1 to 10000 or \"auto\"", "2.5")]
    [InlineData("/clusterings", "clusters", "2147483648", "1 to 10000 or \"auto\"", "2147483648")]
    [InlineData("/clusterings", "seed", "1099511627776", WholeNumber, "1099511627776")]
    [InlineData("/clusterings", "seed", "{}", WholeNumber, "an object")]
    [InlineData("/clusterings", "encoder", "[1]", "a text", "a list")]
    [InlineData("/clusterings", "parameters.halfLifeDays", "\"1\"", "a number", "'1'")]
    [InlineData("/clusterings", "parameters.epochs", "2.5", WholeNumber, "2.5")]
    [InlineData("/clusterings", "parameters.textFeatures", "\"true\"", "true or false", "'true'")]
    [InlineData("/clusterings", "parameters.linkage", "\"wardd\"", "ward or average or complete or single", "'wardd'")]
    [InlineData("/clusterings", "parameters.typeWeights.view", "true", "a number", "true")]
    [InlineData("/keys/x/rotate", "graceSeconds", "1e9", WholeNumber, "1e9")]
    [InlineData("/keys", "scopes[0]", "5", "a text", "5")]
    [InlineData("/users/clusters", "userIds[0]", "{}", "a text", "an object")]
    public async Task The_type_that_a_field_has_is_told(string path, string field, string value, string expected, string found)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        string body = field.Split('.').Reverse().Aggregate(
            value, (inner, name) => name.EndsWith("[0]", StringComparison.Ordinal) ? $$"""{"{{name[..^3]}}":[{{inner}}]}""" : $$"""{"{{name}}":{{inner}}}""");
        string fault = await FaultAsync(host, "POST", path, body, field);
        Assert.Equal($"Expected {expected}, found {found}.", fault);
    }

    [Theory]
    [InlineData("/users/clusters", "userIds", "\"fan\"", "Expected a list (")]
    [InlineData("/clusterings", "parameters", "[]", "Expected an object (")]
    [InlineData("/clusterings", "parameters.typeWeights", "3", "Expected an object (")]
    public async Task A_list_or_an_object_is_expected(string path, string field, string value, string expected)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        string body = field.Split('.').Reverse().Aggregate(value, (inner, name) => $$"""{"{{name}}":{{inner}}}""");
        Assert.StartsWith(expected, await FaultAsync(host, "POST", path, body, field), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/users/x/recommendations?includeSeen=maybe", "includeSeen", "Expected true or false, found 'maybe'.")]
    [InlineData("GET", "/clusterings/019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e/tree?clusters=1&clusters=2", "clusters", $"Expected {WholeNumber}, found '1,2'.")]
    [InlineData("GET", "/clusters?limit=99999999999", "limit", $"Expected {WholeNumber}, found '99999999999'.")]
    [InlineData("DELETE", "/users", "id", "Expected a text, found nothing.")]
    [InlineData("PUT", "/users/opt-out", "id", "Expected a text, found nothing.")]
    [InlineData("DELETE", "/users/opt-out", "id", "Expected a text, found nothing.")]
    public async Task What_a_parameter_of_the_query_has_to_be_is_told(string method, string path, string field, string message)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, new HttpMethod(method), path);
        Assert.Equal(message, (string?)problem["errors"]![field]![0]);
    }

    [Fact]
    public async Task Every_id_of_another_kind_is_not_found_and_its_kind_is_told()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        int checkedPaths = 0;
        foreach (var operation in ApiOperation.All)
        {
            string kind = operation.Path.StartsWith("/clusters/", StringComparison.Ordinal) ? WholeNumber : "a UUID";
            if (kind != WholeNumber && !operation.Path.StartsWith("/clusterings/{", StringComparison.Ordinal) && !operation.Path.StartsWith("/comparisons/{", StringComparison.Ordinal)) continue;
            foreach (string id in new[] { "abc", "99999999999" })
            {
                string path = operation.Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{otherId}", _id, StringComparison.Ordinal);
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, new HttpMethod(operation.Method), path, operation.Method == "PATCH" ? new { } : null);
                Assert.Equal($"Expected {kind}, found '{id}'.", (string?)problem["detail"]);
                checkedPaths++;
            }
        }

        Assert.InRange(checkedPaths, 30, 100);
    }

    [Theory]
    [InlineData("POST", "/events", "application/json, application/x-ndjson, text/csv, application/vnd.apache.parquet")]
    [InlineData("PUT", "/items", "application/json, application/x-ndjson, text/csv, application/vnd.apache.parquet")]
    [InlineData("POST", "/clusterings", "application/json")]
    [InlineData("POST", "/users/clusters", "application/json")]
    [InlineData("PUT", "/users/x/opt-out", "no body and no Content-Type")]
    public async Task The_types_of_a_body_are_told_to_callers_without_a_key(string method, string path, string types)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var form = new ByteArrayContent("[]"u8.ToArray());
        form.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, new HttpMethod(method), path, form);
        Assert.Equal("The format is not supported.", (string?)problem["title"]);
        Assert.Equal($"Content-Type application/x-www-form-urlencoded is not supported; send {types}.", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_time_after_the_end_is_told_as_in_a_query()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        string fault = await FaultAsync(host, "POST", "/clusterings", """{"from":"2025-01-01T02:00:00+02:00","to":"2024-05-01T12:00:00.5Z"}""", "from");
        Assert.Equal("Expected a time before 'to', found 2025-01-01T00:00:00Z and 2024-05-01T12:00:00.5Z.", fault);
    }

    [Fact]
    public async Task Each_id_of_a_list_that_is_none_is_named()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var problem = await ProblemAsync(host, "POST", "/users/clusters", $$"""{"userIds":["a",null,"{{new string('x', 300)}}"]}""");
        Assert.Equal(["userIds[1]", "userIds[2]"], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task A_literal_that_is_none_is_told_without_a_guess()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal("'not json' is an invalid JSON literal. (line 1, byte 2)", (string?)(await ProblemAsync(host, "POST", "/clusterings", "not json"))["detail"]);
        var upload = await ProblemAsync(host, "POST", "/events", "not json");
        Assert.EndsWith("'not json' is an invalid JSON literal.", (string?)upload["detail"], StringComparison.Ordinal);
    }

    private static async Task<string> FaultAsync(ApiHost host, string method, string path, string body, string field) =>
        (string)(await ProblemAsync(host, method, path, body))["errors"]![field]![0]!;

    private static async Task<JsonNode> ProblemAsync(ApiHost host, string method, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, new HttpMethod(method), path, content);
    }
}
