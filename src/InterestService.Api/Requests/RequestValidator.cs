using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace InterestService.Api.Requests;

/// <summary>Collects the errors of a request, by field.</summary>
internal sealed class RequestValidator
{
    public static readonly string[] Devices = ["auto", "cpu", "cuda"];

    public Dictionary<string, string[]> Errors { get; } = [];

    public void OneOf(string field, string? value, string[] allowed)
    {
        if (value is not null && !allowed.Contains(value)) Errors[field] = [$"Expected {string.Join(" or ", allowed)}, found '{value}'."];
    }

    public void Some(string field, IReadOnlyList<string>? values, string[] allowed)
    {
        if (values is null) return;
        if (values.Count == 0) Errors[field] = [$"Expected at least one of {string.Join(", ", allowed)}."];
        else if (values.FirstOrDefault(value => !allowed.Contains(value)) is { } unknown) Errors[field] = [$"Expected {string.Join(" or ", allowed)}, found '{unknown}'."];
        else if (values.Contains(null!)) Errors[field] = [$"Expected {string.Join(" or ", allowed)}, found null."];
        else if (values.Distinct().Count() < values.Count) Errors[field] = ["Expected each name once."];
    }

    public void Clusters(ClusterCount? clusters)
    {
        if (clusters is { Number: < 1 or > 10_000 }) Errors["clusters"] = [$"Expected 1 to 10000 or \"auto\", found {clusters.Value.Number}."];
    }

    public void Window(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is { } first && to is { } end && first >= end)
            Errors["from"] = [$"Expected a time before 'to', found {Rfc3339.Format(first)} and {Rfc3339.Format(end)}."];
    }

    public void Parameters(ClusteringParameters? parameters)
    {
        if (parameters is null) return;
        foreach (var result in RegisteredOptions.Validate(parameters)) Errors[$"parameters.{result.MemberNames.Single()}"] = [result.ErrorMessage!];
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(parameters, new ValidationContext(parameters), results, validateAllProperties: true);
        foreach (var result in results)
        {
            string member = result.MemberNames.Single(), field = JsonNamingPolicy.CamelCase.ConvertName(member);
            Errors[$"parameters.{field}"] = [result.ErrorMessage!.Replace(member, field, StringComparison.Ordinal)];
        }
    }
}
