using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Turns the framework's message about a request that it cannot bind into terms of the contract: fields by their names, no .NET
/// types.
/// </summary>
internal static partial class BadRequestProblem
{
    public static async Task<bool> WriteAsync(HttpContext context, BadHttpRequestException exception, IProblemDetailsService problems)
    {
        context.Response.StatusCode = exception.StatusCode;
        var problem = exception.InnerException is JsonException json ? DescribeJson(json) : DescribeBinding(exception);
        problem.Status = exception.StatusCode;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails DescribeJson(JsonException exception)
    {
        string where = exception.LineNumber is null ? "" : $" (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})";
        string field = (exception.Path ?? "$").TrimStart('$').TrimStart('.');
        if (UnknownField().Match(exception.Message) is { Success: true } unknown)
        {
            string name = unknown.Groups[1].Value;
            string full = field.Length == 0 ? name : field == name || field.EndsWith($".{name}", StringComparison.Ordinal) ? field : $"{field}.{name}";
            return Invalid(full, $"There is no such field{where}.");
        }

        if (exception.Message == StorableText.Fault) return Invalid(field, exception.Message);
        if (WrongType().IsMatch(exception.Message))
            return field.Length == 0 ? Body($"Expected a JSON object{where}.") : Invalid(field, $"The value is of another type than expected{where}.");
        return Body($"{exception.Message.Split(" Path: ")[0].Split(" Change the reader options")[0]}{where}");
    }

    private static ProblemDetails DescribeBinding(BadHttpRequestException exception) =>
        exception.Message.StartsWith("Implicit body inferred", StringComparison.Ordinal) ? Body("Expected a JSON object; there is no body, or it is null.")
        : FailedParameter().Match(exception.Message) is { Success: true } failed
            ? Invalid(failed.Groups["name"].Value, $"Expected {(failed.Groups["type"].Value == "int" ? "a whole number" : "another value")}, found '{failed.Groups["value"].Value}'.")
            : new ProblemDetails { Title = "The request is not valid.", Detail = exception.Message };

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Title = "One or more validation errors occurred." };

    private static ProblemDetails Body(string detail) => new() { Title = "The body is not what was expected.", Detail = detail };

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownField();

    [GeneratedRegex("could not be converted to|Cannot get the value of a token type")]
    private static partial Regex WrongType();

    [GeneratedRegex("^Failed to bind parameter \"(?<type>[^ ]+) (?<name>[^\"]+)\" from \"(?<value>.*)\"\\.$")]
    private static partial Regex FailedParameter();
}
