// inkan: the command line of operators, officers and auditors.
int main() { return 0; }
