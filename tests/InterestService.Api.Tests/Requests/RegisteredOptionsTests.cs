using System.Text.Json;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Pipeline;
using InterestService.Pipeline.Clustering.Hierarchical;
using Microsoft.Extensions.Configuration;

namespace InterestService.Api.Tests.Requests;

/// <summary>Options of encoders and algorithms as fields of requests.</summary>
public sealed class RegisteredOptionsTests
{
    [Fact]
    public void Options_are_read_and_written_in_order_before_the_other_fields()
    {
        var parameters = Read("""{"linkage":"average","Epochs":5,"halfLifeDays":7,"dropout":null}""");
        Assert.Equal((5, Linkage.Average, null), (parameters.Options["epochs"], parameters.Options["linkage"], parameters.Options["dropout"]));
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(parameters, InterestDbContext.JsonOptions));
        string[] names = [.. json.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.Equal([.. RequestOptions.All.Select(option => option.Name), "halfLifeDays"], names[..(RequestOptions.All.Count + 1)]);
        Assert.Equal("average", json.RootElement.GetProperty("linkage").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("dropout").ValueKind);
        Assert.Equal(parameters, Read(json.RootElement.GetRawText()));
        Assert.NotEqual(parameters, Read("""{"linkage":"average","epochs":6,"halfLifeDays":7}"""));
    }

    [Fact]
    public void Options_are_validated_like_the_other_fields()
    {
        var request = new StartClusteringRequest { Parameters = Read("""{"epochs":0,"dropout":0.5,"carryOver":2,"minimumPoints":0}""") };
        Assert.Equal(
            [
                ("parameters.epochs", "The field epochs must be between 1 and 10000."),
                ("parameters.minimumPoints", "The field minimumPoints must be between 1 and 100000."),
                ("parameters.carryOver", "The field carryOver must be between 0 and 0.99."),
            ],
            request.Validate().Select(error => (error.Key, error.Value.Single())));
    }

    [Fact]
    public void Options_are_read_from_the_configuration()
    {
        var section = Section(("EPOCHS", "12"), ("learningRate", "1e-3"), ("textFeatures", "true"), ("linkage", "single"), ("magic", "1"));
        var parameters = RegisteredOptions.Bind(new ClusteringParameters { HalfLifeDays = 3 }, section);
        Assert.Equal(
            (12, 1e-3, true, Linkage.Single, 3.0),
            ((int)parameters.Options["epochs"]!, (double)parameters.Options["learningRate"]!, (bool)parameters.Options["textFeatures"]!,
                (Linkage)parameters.Options["linkage"]!, parameters.HalfLifeDays));
        var wrong = Assert.Throws<InvalidOperationException>(() => RegisteredOptions.Bind(new(), Section(("epochs", "many"))));
        Assert.Contains("Request:Parameters:epochs", wrong.Message, StringComparison.Ordinal);
    }

    private static ClusteringParameters Read(string json) => JsonSerializer.Deserialize<ClusteringParameters>(json, InterestDbContext.JsonOptions)!;

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Request:Parameters:{value.Key}", (string?)value.Value)))
        .Build().GetSection("Request:Parameters");
}
